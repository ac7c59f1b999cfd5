import { memoryDirectory } from '../../src/directory/memoryDirectory.ts';
import { directoryCompliance } from '../support/directoryCompliance.ts';

directoryCompliance('in memory', (limits) => memoryDirectory({ limits }));
