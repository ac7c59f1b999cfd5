import { expect, it } from 'vitest';
import { withoutNames } from '../../../src/server/site/withoutNames.ts';
import { recordingLog } from '../support/brain.ts';

it('tells everything but what is shared or looked for', () => {
  const { log, lines } = recordingLog();
  const fields = { user: 'alice', count: 1, names: ['secret'], name: 'secret', id: 'f00', pattern: 'secr' };
  withoutNames(log).info(fields, 'announced');
  withoutNames(log).error({ why: 'x' }, 'a fault');
  expect(lines).toEqual([
    { level: 'info', message: 'announced', fields: { user: 'alice', count: 1 } },
    { level: 'error', message: 'a fault', fields: { why: 'x' } },
  ]);
});
