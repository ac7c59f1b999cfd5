import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PartialContent, PassOn } from '../../../src/base/partialContent.ts';
import { KiB, MiB } from '../../../src/base/sizes.ts';
import { nodeDisk } from '../../../src/client/download/disk/nodeDisk.ts';
import { contentOf, type Scene, scene } from './scene.ts';
import { treeOf } from './trees.ts';

/** Notes what becomes of the content that is handed on. */
function passing(act: (event: string, content: PartialContent) => Promise<void> = async () => {}): {
  passOn: PassOn;
  events: string[];
  contents: PartialContent[];
} {
  const events: string[] = [];
  const contents: PartialContent[] = [];
  return {
    events,
    contents,
    passOn(content) {
      events.push(`begun with ${content.runs().length}`);
      contents.push(content);
      return {
        async finished(path) {
          events.push(`finished ${path.split('/').at(-1)}`);
          await act('finished', content);
        },
        async [Symbol.asyncDispose]() {
          events.push('disposed');
          await act('disposed', content);
        },
      };
    },
  };
}

const content = contentOf(3 * MiB + 17);
const tree = treeOf({ a: 10, 'b/c': 300 * KiB, d: 0, e: 2 * MiB + 5 });
const folder = (s: Scene) => ({ kind: 'folder' as const, target: join(s.folder, 'saved') });

async function bytesOf(content: PartialContent): Promise<Buffer> {
  const bytes = Buffer.alloc(content.layout.size);
  await content.read(bytes, 0);
  return bytes;
}

describe('a content that is being fetched', () => {
  test('is handed on with its first piece, and goes on from where it was published', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const { passOn, events } = passing();
    await s.download(s.request(content, [bob]), { passOn });
    expect(events).toEqual(['begun with 1', 'finished saved.bin']);
  });

  test('tells of each piece that comes once, and gives its bytes', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const told: number[] = [];
    const { passOn } = passing();
    const watching: PassOn = (handed) => {
      for (const { first } of handed.runs()) told.push(first);
      handed.watch((piece) => {
        expect(handed.has(piece)).toBe(true);
        told.push(piece);
      });
      return passOn(handed);
    };
    await s.download(s.request(content, [bob]), { passOn: watching });
    expect(told.sort()).toEqual([0, 1, 2, 3]);
  });

  test('can be read until it is finished, also where it was published under its name already', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    let read: Buffer | undefined;
    const { passOn } = passing(async (_, handed) => {
      read = await bytesOf(handed);
    });
    await s.download(s.request(content, [bob]), { passOn });
    expect(read?.equals(content.bytes)).toBe(true);
  });

  test('waits with reads while it is published', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    const reads: Promise<Buffer>[] = [];
    const { passOn, contents } = passing();
    const disk = {
      ...nodeDisk,
      async rename(from: string, to: string) {
        if (to.endsWith('saved')) reads.push(...contents.map(bytesOf));
        await rename(from, to);
      },
    };
    const finishing: PassOn = (handed) => ({
      ...passOn(handed),
      finished: async () => void (await Promise.all(reads)),
    });
    await s.download(s.request(tree.stated, [bob], folder(s)), { passOn: finishing, disk });
    const stream = Buffer.concat([...tree.files.values()]);
    expect(reads).toHaveLength(1);
    expect((await reads[0])?.equals(stream)).toBe(true);
  });

  test('is let go of where the fetching fails', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { stopAfter: 2 * MiB });
    const { passOn, events } = passing();
    await expect(s.download(s.request(content, [bob]), { passOn })).rejects.toMatchObject({ code: 'unfinished' });
    expect(events).toEqual(['begun with 1', 'disposed']);
  });

  test('is handed on at once where an earlier start had some of it', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { stopAfter: 2 * MiB });
    await expect(s.download(s.request(content, [bob]))).rejects.toMatchObject({ code: 'unfinished' });
    bob.knobs.stopAfter = undefined;
    const { passOn, events, contents } = passing();
    let missing = 0;
    const counting: PassOn = (handed) => {
      missing = 4 - handed.runs().reduce((sum, { count }) => sum + count, 0);
      return passOn(handed);
    };
    await s.download(s.request(content, [bob]), { passOn: counting });
    expect(missing).toBeGreaterThan(0);
    expect(contents[0]?.runs()).toEqual([{ first: 0, count: 4 }]);
    expect(events.at(-1)).toBe('finished saved.bin');
  });

  test('is never handed on where no piece came', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { stopAfter: 0 });
    const { passOn, events } = passing();
    await expect(s.download(s.request(content, [bob]), { passOn })).rejects.toThrow();
    expect(events).toEqual([]);
  });

  test('of a folder has its listing, the layers of its files, and their bytes in order', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    let read: Buffer | undefined;
    const { passOn, contents } = passing(async (_, handed) => {
      read = await bytesOf(handed);
    });
    await s.download(s.request(tree.stated, [bob], folder(s)), { passOn });
    const [handed] = contents;
    const list = tree.contents[0];
    expect(handed?.listing).toEqual(list?.read(0, list.size));
    expect(handed?.files.map(({ id, size, layer }) => ({ id, size, layer: Buffer.from(layer) }))).toEqual(
      tree.contents.slice(1).map(({ id, size, layer }) => ({ id, size, layer: Buffer.from(layer) })),
    );
    expect(read?.equals(Buffer.concat([...tree.files.values()]))).toBe(true);
  });

  test('is fetched to its end though handing it on fails, at the start or at the end', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const other = join(s.folder, 'other');
    const refusing: PassOn = () => {
      throw new Error('no');
    };
    await s.download(s.request(content, [bob]), { passOn: refusing });
    const { passOn } = passing(() => Promise.reject(new Error('no')));
    await s.download(s.request(content, [bob], { target: other }), { passOn });
    expect(await s.names()).toEqual(['other', 'saved.bin']);
  });
});
