import { beforeEach, describe, expect, it } from 'vitest';
import type { ContentId } from '../../../src/base/ids.ts';
import { hashContent } from '../../../src/base/merkle.ts';
import { resourceName } from '../../../src/base/names.ts';
import type { Content, SharedFile } from '../../../src/client/sharing/content/content.ts';
import { Library } from '../../../src/client/sharing/library.ts';
import { rememberedChanges } from '../../../src/client/sharing/limits.ts';

const file = (text: string): SharedFile => {
  const identity = { device: 0n, inode: 0n, size: text.length, mtimeNs: 0n, ctimeNs: 0n };
  return { path: `/${text}`, size: text.length, identity, ...hashContent(Buffer.from(text)) };
};
const ofFile = (shared: SharedFile): Content => ({
  kind: 'file',
  id: shared.id,
  size: shared.size,
  modified: 0,
  files: [shared],
});
const ofFolder = (listing: string, files: SharedFile[]): Content => {
  const bytes = Buffer.from(listing);
  const { id, layer } = hashContent(bytes);
  return { kind: 'folder', id, size: 0, modified: 0, files, listing: { bytes, layer } };
};

const [a, b] = [resourceName('a'), resourceName('b')];
const x = file('x');
const y = file('y');
let library: Library;
let dropped: SharedFile[];
let turns: number;

const put = (name: typeof a, content: Content): ContentId => {
  const { id, size, kind, modified } = content;
  library.put({ name, id, size, kind, modified, description: '' }, content);
  return id;
};

beforeEach(() => {
  dropped = [];
  turns = 0;
  library = new Library({
    dropped: (gone) => dropped.push(gone),
    trouble: () => ({ moved: () => {}, failed: () => {} }),
    turned: () => {
      turns += 1;
    },
  });
});

describe('the library', () => {
  it('finds a file by its own id, and no other by it', () => {
    put(a, ofFile(x));
    expect(library.find(x.id, x.id)).toMatchObject({ name: 'a', layer: x.layer, stream: { files: [x] } });
    expect(library.find(x.id, y.id)).toBe('uncovered');
    expect(library.find(y.id, y.id)).toBe('unknown');
    expect(library.find(y.id, x.id)).toBe('unknown');
  });

  it("finds a folder's listing and its files by the folder's id alone", () => {
    const id = put(a, ofFolder('listing', [x, y]));
    expect(library.find(id, id)).toMatchObject({
      name: 'a',
      listing: Buffer.from('listing'),
      stream: { files: [x, y] },
    });
    expect(library.find(id, y.id)).toMatchObject({ name: 'y', stream: { files: [y] } });
    expect(library.find(x.id, x.id)).toBe('unknown');
  });

  it('drops the files of what is replaced or removed', () => {
    put(a, ofFile(x));
    put(a, ofFile(y));
    expect(dropped).toEqual([x]);
    library.remove(a, 'withdrawn');
    expect(dropped).toEqual([x, y]);
  });

  it('finds one content under the other of its names when one is removed', () => {
    put(a, ofFile(x));
    put(b, ofFile(x));
    library.remove(a, 'withdrawn');
    expect(library.find(x.id, x.id)).toMatchObject({ name: 'b' });
    library.remove(b, 'withdrawn');
    expect(library.find(x.id, x.id)).toBe('unknown');
  });

  it('remembers what changed, not what was withdrawn', () => {
    put(a, ofFile(x));
    put(a, ofFile(y));
    expect(library.find(x.id, x.id)).toBe('changed');
    library.remove(a, 'withdrawn');
    expect(library.find(y.id, y.id)).toBe('unknown');
    put(a, ofFile(y));
    library.remove(a, 'changed');
    expect(library.find(y.id, y.id)).toBe('changed');
  });

  it('remembers a bounded number of changes, the latest', () => {
    const files = Array.from({ length: rememberedChanges + 2 }, (_, index) => file(`${index}`));
    for (const each of files) put(a, ofFile(each));
    const told = files.map(({ id }) => library.find(id, id));
    expect(told[0]).toBe('unknown');
    expect(told.slice(1, -1).every((lookup) => lookup === 'changed')).toBe(true);
  });

  it('holds a file in the state in which it is shared, and no other', () => {
    put(a, ofFile(x));
    expect([library.holds(a, x), library.holds(a, { ...x }), library.holds(b, x)]).toEqual([true, false, false]);
  });

  it('holds every file of a folder, those with equal bytes too', () => {
    const copy = { ...x, path: '/copy' };
    put(a, ofFolder('listing', [x, copy]));
    expect([library.holds(a, x), library.holds(a, copy)]).toEqual([true, true]);
  });

  it('gives one stream for one content, so that what was sent of it is counted together', () => {
    const id = put(a, ofFolder('listing', [x, y]));
    const streamOf = (asked: ContentId): unknown => {
      const found = library.find(id, asked);
      return typeof found === 'string' ? found : found.stream;
    };
    expect(streamOf(id)).toBe(streamOf(id));
    expect(streamOf(x.id)).toBe(streamOf(x.id));
    expect(streamOf(x.id)).not.toBe(streamOf(id));
  });

  it('tells each time that what is shared turned', () => {
    put(a, ofFile(x));
    expect([turns, library.has(x.id), library.has(y.id)]).toEqual([1, true, false]);
    library.remove(a, 'withdrawn');
    expect([turns, library.has(x.id)]).toEqual([2, false]);
  });
});
