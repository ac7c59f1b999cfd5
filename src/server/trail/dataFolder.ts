import { join, resolve } from 'node:path';
import envPaths from 'env-paths';

/** Where a tracker keeps what it has to remember, where it was told, or else in the user's own data folder. */
export const dataFolderOf = (data: string | undefined): string =>
  data === undefined ? join(envPaths('rollcall', { suffix: '' }).data, 'tracker') : resolve(data);
