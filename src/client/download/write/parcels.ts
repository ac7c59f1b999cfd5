import type { Layout, PieceRun } from '../../../base/layout.ts';
import { parcelBytes, parcelFiles } from './limits.ts';

/** What goes to a hashing thread at a time: one piece, or small files one after another. */
export interface Parcel extends PieceRun {
  /** Bytes. */
  length: number;
  /** Of one piece, where it is one that is written to an open file; nothing where they are small files to be made. */
  piece: { file: number; index: number } | undefined;
}

/**
 * Cuts a run into parcels. Where files are made one by one, a file of one piece is a small one.
 * @throws RangeError for pieces that there are not
 */
export function* parcelsOf(layout: Layout, { first, count }: PieceRun, small: boolean): Generator<Parcel> {
  const end = first + count;
  for (let at = first; at < end; ) {
    const parcel = parcelAt(layout, at, end, small);
    yield parcel;
    at += parcel.count;
  }
}

function parcelAt(layout: Layout, first: number, end: number, small: boolean): Parcel {
  const { file, index, length } = layout.place(first);
  if (!small || !isSmall(layout, file)) return { first, count: 1, length, piece: { file, index } };
  const parcel: Parcel = { first, count: 1, length, piece: undefined };
  for (let next = first + 1; next < end && parcel.count < parcelFiles; next++) {
    const place = layout.place(next);
    if (!isSmall(layout, place.file) || parcel.length + place.length > parcelBytes) break;
    parcel.count++;
    parcel.length += place.length;
  }
  return parcel;
}

/** True for a file of one piece, and for an empty one. */
export const isSmall = (layout: Layout, file: number): boolean => layout.ofFile(file).count <= 1;

/** What of a parcel of small files is whole in its first so many bytes; nothing where no file is. */
export function wholeOf(layout: Layout, parcel: Parcel, bytes: number): Parcel | undefined {
  let [count, length] = [0, 0];
  while (count < parcel.count) {
    const next = layout.place(parcel.first + count).length;
    if (length + next > bytes) break;
    count++;
    length += next;
  }
  return count === 0 ? undefined : { first: parcel.first, count, length, piece: undefined };
}
