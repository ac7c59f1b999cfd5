import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resourceName } from '../../../src/base/names.ts';
import { MiB } from '../../../src/base/sizes.ts';
import type { Claimant } from '../../../src/client/download/disk/claimant.ts';
import { contentOf, scene } from './scene.ts';

const content = contentOf(3 * MiB + 17);

/** Processes that all live. */
const alive = (pid: number): Claimant => ({ run: { pid, nonce: '00000000' }, lives: () => true });

describe('two downloads of the same content into the same folder', () => {
  test.each([
    ['in one process', 1, 1],
    ['in two processes', 1, 2],
  ])('%s both end well, each with a temporary of its own', async (_, one, two) => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const other = join(s.folder, 'other.bin');
    await Promise.all([
      s.download(s.request(content, [bob]), { claimant: alive(one) }),
      s.download(s.request(content, [bob], { target: other }), { claimant: alive(two) }),
    ]);
    expect((await s.saved()).equals(content.bytes)).toBe(true);
    expect((await readFile(other)).equals(content.bytes)).toBe(true);
    expect(await s.names()).toEqual(['other.bin', 'saved.bin']);
  });

  test('under the same name leave one whole file, and the other says that it exists', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const ended = await Promise.allSettled(
      [1, 2].map((pid) => s.download(s.request(content, [bob]), { claimant: alive(pid) })),
    );
    const failed = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    expect(failed).toEqual([expect.objectContaining({ code: 'exists' })]);
    expect((await s.saved()).equals(content.bytes)).toBe(true);
  });

  test('that both go on with what one left do not meet in it', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { stopAfter: 2 * MiB });
    await expect(s.download(s.request(content, [bob]))).rejects.toMatchObject({ code: 'unfinished' });
    bob.knobs.stopAfter = undefined;
    const before = bob.sent;
    await Promise.all(
      [1, 2].map((pid) => s.download(s.request(content, [bob], { ifExists: 'rename' }), { claimant: alive(pid) })),
    );
    expect(await s.names()).toEqual(['saved (2).bin', 'saved.bin']);
    expect(bob.sent - before).toBe(2 * content.size - 2 * MiB);
  });
});

describe('what a download left', () => {
  test('is removed once another download of that content is through', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { stopAfter: 2 * MiB });
    const both = [1, 2].map((pid) => s.download(s.request(content, [bob]), { claimant: alive(pid) }));
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    bob.knobs.stopAfter = undefined;
    await s.download(s.request(content, [bob]));
    expect(await s.names()).toEqual(['saved.bin']);
  });

  test('belongs to its content: another name, or an owner by another name, goes on with it', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { stopAfter: 2 * MiB });
    await expect(s.download(s.request(content, [bob]))).rejects.toMatchObject({ code: 'unfinished' });
    const sally = await s.peer('Sally', [content]);
    const other = join(s.folder, 'other.bin');
    await s.download(s.request(content, [sally], { target: other, name: resourceName('other') }));
    expect((await readFile(other)).equals(content.bytes)).toBe(true);
    expect(sally.sent).toBe(content.size - 2 * MiB);
    expect(await s.names()).toEqual(['other.bin']);
  });

  test('is none of another content, whatever its name', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { stopAfter: 2 * MiB });
    await expect(s.download(s.request(content, [bob]))).rejects.toMatchObject({ code: 'unfinished' });
    const changed = contentOf(3 * MiB + 17, 99);
    const sally = await s.peer('Sally', [changed]);
    await s.download(s.request(changed, [sally]));
    expect((await s.saved()).equals(changed.bytes)).toBe(true);
    expect(sally.sent).toBe(changed.size);
    expect(await s.names()).toHaveLength(3);
  });

  test('is kept where the target exists by now', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { stopAfter: 2 * MiB });
    await expect(s.download(s.request(content, [bob]))).rejects.toMatchObject({ code: 'unfinished' });
    await writeFile(s.target, 'mine');
    await expect(s.download(s.request(content, [bob]))).rejects.toMatchObject({ code: 'exists' });
    expect(await s.names()).toHaveLength(3);
  });
});
