import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { KiB, MiB } from '../../../src/base/sizes.ts';
import type { DownloadView } from '../../../src/client/download/download.ts';
import { contentOf, scene } from './scene.ts';
import { treeOf } from './trees.ts';

const content = contentOf(3 * MiB + 17);

describe('a look at a download', () => {
  test('shows its pieces and who sent them, from before the first until after the last', async () => {
    await using s = await scene();
    const peers = [await s.peer('Bob', [content]), await s.peer('Sally', [content])];
    let view: DownloadView | undefined;
    const seen: unknown[] = [];
    const have: number[] = [];
    await s.download(
      s.request(content, peers, {
        onView(given) {
          seen.push(given.pieces(), given.from());
          view = given;
        },
        onProgress({ bytes }) {
          const sent = view?.from().reduce((sum, one) => sum + one.bytes, 0);
          expect(sent).toBe(bytes);
          have.push(view?.pieces().runs.reduce((sum, { count }) => sum + count, 0) ?? -1);
        },
      }),
    );
    expect(seen).toEqual([{ count: 4, runs: [] }, []]);
    expect(have).toEqual([1, 2, 3, 4]);
    expect(view?.pieces()).toEqual({ count: 4, runs: [{ first: 0, count: 4 }] });
    const from = view?.from() ?? [];
    expect(from.map(({ owner }) => owner).sort()).toEqual(['Bob', 'Sally']);
    expect(from.map(({ bytes }) => bytes)).toEqual(from.map(({ bytes }) => bytes).sort((a, b) => b - a));
  });

  test('has what an earlier start left before anything is fetched', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { stopAfter: 2 * MiB });
    await expect(s.download(s.request(content, [bob]))).rejects.toMatchObject({ code: 'unfinished' });
    bob.knobs.stopAfter = undefined;
    const seen: unknown[] = [];
    await s.download(s.request(content, [bob], { onView: (view) => void seen.push(view.pieces(), view.from()) }));
    expect(seen).toEqual([{ count: 4, runs: [{ first: 0, count: 2 }] }, []]);
  });

  test('counts the pieces of a folder through all of its files', async () => {
    await using s = await scene();
    const tree = treeOf({ a: 10, 'b/c': 300 * KiB, d: 0, e: 2 * MiB + 5 });
    const bob = await s.peer('Bob', tree.contents);
    let view: DownloadView | undefined;
    const target = join(s.folder, 'saved');
    await s.download(
      s.request(tree.stated, [bob], {
        kind: 'folder',
        target,
        onView: (given) => {
          view = given;
        },
      }),
    );
    expect(view?.pieces()).toEqual({ count: 5, runs: [{ first: 0, count: 5 }] });
  });

  test('of an empty file has no pieces', async () => {
    await using s = await scene();
    const empty = contentOf(0);
    const bob = await s.peer('Bob', [empty]);
    const seen: unknown[] = [];
    await s.download(s.request(empty, [bob], { onView: (view) => void seen.push(view.pieces()) }));
    expect(seen).toEqual([{ count: 0, runs: [] }]);
  });
});
