import type { ContentId } from '../../src/base/ids.ts';
import { type Layout, layoutOf, type PieceRun } from '../../src/base/layout.ts';
import { KiB } from '../../src/base/sizes.ts';
import { decodeListing } from '../../src/net/wire/listing.ts';
import type { Served } from './fakePeer.ts';

export interface Stream extends Pick<Served, 'size' | 'read'> {
  layout: Layout;
}

/** A file as it is; of a folder, whose listing this is, the files. */
export function streamOf(contents: ReadonlyMap<ContentId, Served>, content: Served): Stream {
  const files = listed(content)?.map(({ id }) => contents.get(id));
  if (files === undefined) return { ...content, layout: layoutOf([content.size]) };
  const layout = layoutOf(files.map((file) => file?.size ?? 0));
  return {
    size: layout.size,
    layout,
    read(offset, length) {
      const into = new Uint8Array(length);
      let start = 0;
      for (const file of files) {
        if (file === undefined) continue;
        const from = Math.max(offset, start);
        const to = Math.min(offset + length, start + file.size);
        if (from < to) into.set(file.read(from - start, to - from), from - offset);
        start += file.size;
      }
      return into;
    },
  };
}

function listed(content: Served): readonly { id: ContentId }[] | undefined {
  if (content.size > KiB * KiB) return undefined;
  try {
    return decodeListing(content.read(0, content.size)).files;
  } catch {
    // It is a file.
    return undefined;
  }
}

/** The pieces that bytes `from` to `to` are in. */
export function piecesIn(layout: Layout, from: number, to: number): number[] {
  const first = layout.at(from);
  return Array.from({ length: layout.at(Math.min(to, layout.size - 1)) - first + 1 }, (_, step) => first + step);
}

/** The first `most` pieces of the first run. */
export const firstOf = ([run]: readonly PieceRun[], most: number): PieceRun => ({
  first: run?.first ?? 0,
  count: Math.min(run?.count ?? 1, most),
});
