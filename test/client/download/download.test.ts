import { readdirSync as readNames, statSync } from 'node:fs';
import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ContentId } from '../../../src/base/ids.ts';
import { MiB } from '../../../src/base/sizes.ts';
import type { DownloadProgress } from '../../../src/client/download/download.ts';
import { contentOf, scene } from './scene.ts';

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('a download', () => {
  test.each([0, 1, 16_384, MiB - 1, MiB, MiB + 1, 5 * MiB + 17])('of %i bytes saves exactly those', async (size) => {
    await using s = await scene();
    const content = contentOf(size);
    const bob = await s.peer('Bob', [content]);
    const done = await s.download(s.request(content, [bob]));
    expect(done).toMatchObject({ path: s.target, bytes: size, id: content.id, from: size === 0 ? [] : ['Bob'] });
    expect((await s.saved()).equals(content.bytes)).toBe(true);
    expect(await s.names()).toEqual(['saved.bin']);
  });

  test('asks for the piece list first, then for pieces, on one connection and none twice', async () => {
    await using s = await scene();
    const content = contentOf(5 * MiB + 17);
    const bob = await s.peer('Bob', [content]);
    await s.download(s.request(content, [bob]));
    expect(bob.requests[0]).toBe(`/content/${content.id}/pieces`);
    expect(bob.requests.slice(1).every((request) => request.startsWith(`/content/${content.id}/bytes`))).toBe(true);
    expect(bob.sent).toBe(content.size);
    expect(bob.connections).toBe(1);
  });

  test('of a file of one piece takes a single request', async () => {
    await using s = await scene();
    const content = contentOf(1000);
    const bob = await s.peer('Bob', [content]);
    await s.download(s.request(content, [bob]));
    expect(bob.requests).toHaveLength(1);
  });

  test('of an empty file asks nobody', async () => {
    await using s = await scene();
    const content = contentOf(0);
    await s.download(s.request(content, []));
    expect((await stat(s.target)).size).toBe(0);
  });

  test('refuses a content id that says it is empty and is another', async () => {
    await using s = await scene();
    const content = contentOf(0);
    const request = s.request({ id: 'a'.repeat(64) as ContentId, size: content.size }, []);
    await expect(s.download(request)).rejects.toMatchObject({ code: 'bad-content' });
    expect(await s.names()).toEqual([]);
  });

  test('refuses a size beyond every file system before it asks anybody', async () => {
    await using s = await scene();
    const content = contentOf(10);
    const bob = await s.peer('Bob', [content]);
    const request = s.request({ id: content.id, size: 2 ** 50 }, [bob]);
    await expect(s.download(request)).rejects.toMatchObject({ code: 'limit' });
    expect(bob.requests).toEqual([]);
  });

  test('tells each verified piece, and nothing before', async () => {
    await using s = await scene();
    const content = contentOf(2 * MiB + 5);
    const bob = await s.peer('Bob', [content]);
    const told: DownloadProgress[] = [];
    await s.download(s.request(content, [bob], { onProgress: (progress) => void told.push(progress) }));
    expect(told).toEqual([MiB, 2 * MiB, 2 * MiB + 5].map((bytes) => ({ bytes, size: 2 * MiB + 5, resumedBytes: 0 })));
  });

  test('tells what an earlier start had in one go, before all else', async () => {
    await using s = await scene();
    const content = contentOf(5 * MiB);
    const bob = await s.peer('Bob', [content], { stopAfter: 3 * MiB });
    await s.download(s.request(content, [bob]), { batchBytes: MiB }).catch(() => {});
    bob.knobs.stopAfter = undefined;
    const told: DownloadProgress[] = [];
    await s.download(s.request(content, [bob], { onProgress: (progress) => void told.push(progress) }));
    expect(told.map(({ bytes }) => bytes)).toEqual([3 * MiB, 4 * MiB, 5 * MiB]);
    expect(told[0]?.resumedBytes).toBe(3 * MiB);
  });

  test('gives the file the mode that the umask leaves, and hides it from others until then', async () => {
    await using s = await scene();
    const content = contentOf(2 * MiB);
    const modes: number[] = [];
    const bob = await s.peer('Bob', [content]);
    await s.download(
      s.request(content, [bob], {
        onProgress: () => {
          for (const name of readNames(s.folder)) if (name.endsWith('.part')) modes.push(modeOf(join(s.folder, name)));
        },
      }),
    );
    expect(new Set(modes)).toEqual(new Set([0o600]));
    expect(modeOf(s.target)).toBe(0o666 & ~process.umask());
  });

  test('leaves no timer behind', async () => {
    await using s = await scene();
    const content = contentOf(2 * MiB);
    const bob = await s.peer('Bob', [content]);
    await s.download(s.request(content, [bob]));
    expect(s.clock.waiting).toBe(0);
  });

  test('needs a folder to save in', async () => {
    await using s = await scene();
    const content = contentOf(10);
    const bob = await s.peer('Bob', [content]);
    const request = s.request(content, [bob], { target: join(s.folder, 'nowhere', 'file') });
    await expect(s.download(request)).rejects.toMatchObject({ code: 'usage', message: /there is no folder/ });
  });
});

describe('a target that exists', () => {
  test('is refused before the first request', async () => {
    await using s = await scene();
    const content = contentOf(1000);
    const bob = await s.peer('Bob', [content]);
    await writeFile(s.target, 'mine');
    await expect(s.download(s.request(content, [bob]))).rejects.toMatchObject({ code: 'exists' });
    expect(bob.requests).toEqual([]);
    expect((await s.saved()).toString()).toBe('mine');
    expect(await s.names()).toEqual(['saved.bin']);
  });

  test('that comes up during the download is not replaced', async () => {
    await using s = await scene();
    const content = contentOf(2 * MiB);
    const bob = await s.peer('Bob', [content]);
    const request = s.request(content, [bob], { onProgress: () => void writeFile(s.target, 'mine') });
    await expect(s.download(request)).rejects.toMatchObject({ code: 'exists' });
    expect((await s.saved()).toString()).toBe('mine');
  });

  test('is kept beside the new one where the request says rename', async () => {
    await using s = await scene();
    const content = contentOf(1000);
    const bob = await s.peer('Bob', [content]);
    await writeFile(s.target, 'mine');
    await writeFile(join(s.folder, 'saved (2).bin'), 'mine too');
    const done = await s.download(s.request(content, [bob], { ifExists: 'rename' }));
    expect(done.path).toBe(join(s.folder, 'saved (3).bin'));
    expect((await readFile(done.path)).equals(content.bytes)).toBe(true);
    expect(await s.names()).toEqual(['saved (2).bin', 'saved (3).bin', 'saved.bin']);
  });

  test('is replaced in one step where the request says overwrite', async () => {
    await using s = await scene();
    const content = contentOf(1000);
    const bob = await s.peer('Bob', [content]);
    await writeFile(s.target, 'mine');
    await s.download(s.request(content, [bob], { ifExists: 'overwrite' }));
    expect((await s.saved()).equals(content.bytes)).toBe(true);
    expect(await s.names()).toEqual(['saved.bin']);
  });

  test('that is a link is replaced itself, not what it points to', async () => {
    await using s = await scene();
    const content = contentOf(1000);
    const bob = await s.peer('Bob', [content]);
    await writeFile(join(s.folder, 'precious'), 'mine');
    await symlink(join(s.folder, 'precious'), s.target);
    await s.download(s.request(content, [bob], { ifExists: 'overwrite' }));
    expect((await readFile(join(s.folder, 'precious'))).toString()).toBe('mine');
    expect((await s.saved()).equals(content.bytes)).toBe(true);
  });
});
