import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ContentId } from '../../../src/base/ids.ts';
import type { ResourceKind } from '../../../src/base/roll.ts';
import { MiB } from '../../../src/base/sizes.ts';
import { type DiscardPorts, discard } from '../../../src/client/download/discard.ts';
import { nodeDisk } from '../../../src/client/download/disk/nodeDisk.ts';
import type { DownloadRequest } from '../../../src/client/download/download.ts';
import { wrapDisk } from '../../support/wrapDisk.ts';
import { contentOf, drive, type Scene, scene } from './scene.ts';
import { treeOf } from './trees.ts';

const content = contentOf(3 * MiB + 17);
const tree = treeOf({ a: 10, b: 2 * MiB + 5, c: MiB });

/** Fetches 2 MiB and is cut off. */
async function leave(
  s: Scene,
  wanted: { id: ContentId; size: number },
  more: Partial<DownloadRequest> = {},
): Promise<void> {
  const contents = more.kind === 'folder' ? tree.contents : [content];
  const bob = await s.peer('Bob', contents, { stopAfter: 2 * MiB });
  await expect(s.download(s.request(wanted, [bob], more))).rejects.toMatchObject({ code: 'unfinished' });
  expect(await s.names()).toHaveLength(2);
}

const remove = (
  s: Scene,
  { id, size }: { id: ContentId; size: number } = content,
  { kind = 'file', ...ports }: Partial<DiscardPorts> & { kind?: ResourceKind } = {},
): Promise<void> => {
  const { clock, log } = s.ports;
  return drive(s.clock, discard({ id, size, kind, target: s.target }, { clock, log, ...ports }));
};

describe('discarding', () => {
  test('removes what a stopped download of a file left, and its timers', async () => {
    await using s = await scene();
    await leave(s, content);
    await remove(s);
    expect([await s.names(), s.clock.waiting]).toEqual([[], 0]);
  });

  test('removes what a stopped download of a folder left', async () => {
    await using s = await scene();
    await leave(s, tree.stated, { kind: 'folder' });
    await remove(s, tree.stated, { kind: 'folder' });
    expect(await s.names()).toEqual([]);
  });

  test('leaves what was saved, other files, and what is left of other contents', async () => {
    await using s = await scene();
    await leave(s, content);
    await writeFile(s.target, 'mine');
    await writeFile(join(s.folder, '.rollcall-mine'), 'mine');
    await remove(s, contentOf(3 * MiB + 17, 9));
    expect(await s.names()).toHaveLength(4);
    await remove(s);
    expect(await s.names()).toEqual(['.rollcall-mine', 'saved.bin']);
  });

  test('leaves what a download that goes on has', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    let removed: Promise<void> | undefined;
    const { clock, log } = s.ports;
    const request = s.request(content, [bob], {
      onProgress() {
        removed ??= discard({ ...content, kind: 'file', target: s.target }, { clock, log });
      },
    });
    await s.download(request);
    await removed;
    expect(removed).toBeDefined();
    expect((await s.saved()).equals(content.bytes)).toBe(true);
  });

  test('of nothing, or in a folder that is gone, is no failure', async () => {
    await using s = await scene();
    await remove(s);
    await rm(s.folder, { recursive: true });
    await remove(s);
    await writeFile(s.folder, 'a file in its place');
    await remove(s);
  });

  test.each([
    ['rename', 'EACCES'],
    ['unlink', 'EROFS'],
  ])('in a folder where nobody may %s says so', async (refused, code) => {
    await using s = await scene();
    await leave(s, content);
    const disk = wrapDisk(nodeDisk, async (name, act) => {
      if (name === refused) throw Object.assign(new Error(code), { code });
      return await act();
    });
    await expect(remove(s, content, { disk })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('cannot be written to'),
    });
  });
});
