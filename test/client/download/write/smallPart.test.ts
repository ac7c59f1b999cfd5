import { describe, expect, test } from 'vitest';
import { syncFiles, togetherFiles } from '../../../../src/client/download/write/limits.ts';
import { SmallPart } from '../../../../src/client/download/write/smallPart.ts';

function stage(together: boolean): { part: SmallPart; syncs: string[] } {
  const syncs: string[] = [];
  const part = new SmallPart(
    {
      async syncTogether(folder) {
        syncs.push(`all of ${folder}`);
        return together;
      },
    },
    { syncFiles: async (root, paths) => void syncs.push(`${paths.length} in ${root}`) },
    '/root',
  );
  return { part, syncs };
}

describe('small files', () => {
  test('are synced together from so many on', async () => {
    const { part, syncs } = stage(true);
    for (let file = 0; file < togetherFiles; file++) part.made(`f${file}`);
    await part.datasync();
    expect(syncs).toEqual(['all of /root']);
  });

  test('that are fewer are synced each, so that nobody waits for what others wrote', async () => {
    const { part, syncs } = stage(true);
    for (let file = 1; file < togetherFiles; file++) part.made(`f${file}`);
    await part.datasync();
    expect(syncs).toEqual([`${togetherFiles - 1} in /root`]);
  });

  test('are synced each where the system knows no other way', async () => {
    const { part, syncs } = stage(false);
    for (let file = 0; file < syncFiles + 1; file++) part.made(`f${file}`);
    await part.datasync();
    expect(syncs).toEqual(['all of /root', `${syncFiles} in /root`, '1 in /root']);
  });

  test('are synced once', async () => {
    const { part, syncs } = stage(true);
    part.made('f');
    await part.datasync();
    await part.datasync();
    expect(syncs).toEqual(['1 in /root']);
  });
});
