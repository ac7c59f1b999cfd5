import { RollcallError } from '../../../base/errors.ts';
import { type PieceRun, runsOf } from '../../../base/layout.ts';
import { pieceBytes } from '../../../base/merkle.ts';
import type { Disk, DiskFile } from '../disk/disk.ts';
import type { Home } from '../disk/home.ts';
import type { ContentTarget } from './contentTarget.ts';
import { eachOf } from './eachOf.ts';
import { hashingAtOnce, parcelBytes, parcelFiles } from './limits.ts';
import { lookAt, namesThere } from './looking.ts';
import { isSmall } from './parcels.ts';
import type { Verdicts } from './target.ts';
import type { WantedContent } from './wantedContent.ts';

/** A content that is being filled from what is on this disk. */
export interface Local {
  target: ContentTarget;
  content: WantedContent;
  home: Home;
  disk: Disk;
  signal: AbortSignal;
  /** A piece was there; it has so many bytes. */
  resumed(bytes: number): void;
}

/**
 * Keeps what an earlier run wrote and did not come to journal: each piece is verified, and written once more, since after
 * a failed sync what is read may never have reached the disk. Hashes `budget` bytes at most; the rest is fetched.
 */
export async function recheck(local: Local, budget: number): Promise<void> {
  const { content, home } = local;
  const { small, large } = await there(local, home.path);
  let rest = budget;
  const within = small.filter((file) => {
    rest -= content.layout.files[file] ?? 0;
    return rest >= 0;
  });
  await copySmall(local, within, home.path);
  for (const file of large) {
    if (rest <= 0) break;
    rest -= await copyLarge(local, file, home.pathOf(file), rest);
  }
}

/**
 * Takes what the file or folder `old` has of it: what is under the same name, of the same size, and right, piece by
 * piece. Nothing is shared with `old` that a change there could reach.
 */
export async function reuse(local: Local, old: string): Promise<void> {
  const { content, home, disk } = local;
  const { small, large } = await there(local, old);
  await copySmall(local, small, old);
  for (const file of large) {
    const from = content.paths === undefined ? old : `${old}/${content.paths[file] ?? ''}`;
    const size = content.layout.files[file] ?? 0;
    const entry = await lookAt(disk, from);
    if (entry?.kind !== 'file' || entry.size !== size) continue;
    const fresh = (await disk.entry(home.pathOf(file))) === undefined;
    if (fresh && (await disk.clone(from, home.pathOf(file)))) {
      await disk.chmod(home.pathOf(file), 0o666 & ~process.umask());
      await verifyWhole(local, file);
    } else {
      await copyLarge(local, file, from, size);
    }
  }
}

/** Keeps what is right of a file that is in its place; where it was cut meanwhile, what was found right so far. */
export async function verifyWhole(local: Local, file: number): Promise<void> {
  const { target, content } = local;
  try {
    await target.verify(file, content.layout.ofFile(file), verdicts(local));
  } catch (error) {
    if (!(error instanceof RollcallError && error.code === 'changed')) throw error;
  }
}

/** The files with missing pieces that have a name under `root`, small and large. */
async function there({ target, content, disk }: Local, root: string): Promise<Record<'small' | 'large', number[]>> {
  const { layout, paths } = content;
  if (paths === undefined) return { small: [], large: target.whole ? [] : [0] };
  const missing = layout.files.flatMap((_, file) => {
    const { first, count } = layout.ofFile(file);
    return count > 0 && !target.hasAll({ first, count }) ? [file] : [];
  });
  const named = await namesThere(disk, root, paths, missing);
  return {
    small: named.filter((file) => isSmall(layout, file)),
    large: named.filter((file) => !isSmall(layout, file)),
  };
}

async function copySmall(local: Local, files: number[], from: string): Promise<void> {
  const { target, content, signal } = local;
  const tell = verdicts(local);
  await eachOf(parcelsOfFiles(files, content), hashingAtOnce, async (parcel) => {
    signal.throwIfAborted();
    await target.copySmall(parcel, from, tell);
  });
}

/** What is not right is fetched. */
const verdicts = ({ resumed }: Local): Verdicts => ({ verified: (_, bytes) => resumed(bytes), bad: () => {} });

/** As many files as go to a thread together. */
function* parcelsOfFiles(files: readonly number[], { layout }: WantedContent): Generator<number[]> {
  let parcel: number[] = [];
  let bytes = 0;
  for (const file of files) {
    const size = layout.files[file] ?? 0;
    if (parcel.length === parcelFiles || (parcel.length > 0 && bytes + size > parcelBytes)) {
      yield parcel;
      [parcel, bytes] = [[], 0];
    }
    parcel.push(file);
    bytes += size;
  }
  if (parcel.length > 0) yield parcel;
}

/** Reads the missing pieces of a file from where it is; `most` bytes about. Returns how many it read. */
async function copyLarge(local: Local, file: number, from: string, most: number): Promise<number> {
  const { target, content, disk } = local;
  const { layout } = content;
  const size = layout.files[file] ?? 0;
  const entry = await lookAt(disk, from);
  if (entry?.kind !== 'file') return 0;
  const { first, count } = layout.ofFile(file);
  const start = layout.place(first).offset;
  const missing: number[] = [];
  for (let piece = first, bytes = 0; piece < first + count && bytes < most; piece++) {
    const { offset, length } = layout.place(piece);
    if (target.has(piece) || offset - start + length > entry.size) continue;
    missing.push(piece);
    bytes += length;
  }
  if (missing.length === 0) return 0;
  const opened = await disk.open(from, 'read');
  try {
    const memory = new Uint8Array(pieceBytes(size));
    let read = 0;
    for (const run of runsOf(missing)) read += await feed(local, run, opened, start, memory);
    return read;
  } finally {
    await opened.close();
  }
}

/** Gives a run of pieces to the target as if it had come from an owner. `start` is where the file starts in the stream. */
async function feed(local: Local, run: PieceRun, from: DiskFile, start: number, memory: Uint8Array): Promise<number> {
  const { target, signal } = local;
  const sink = target.open(run, verdicts(local));
  let read = 0;
  try {
    for (let piece = run.first; piece < run.first + run.count; piece++) {
      signal.throwIfAborted();
      const { offset, length } = target.layout.place(piece);
      const count = await from.read(memory.subarray(0, length), offset - start);
      if (count < length) break;
      await sink.take(memory.subarray(0, length));
      read += length;
    }
  } finally {
    await sink.settle();
  }
  return read;
}
