import { basename, dirname, join } from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import type { ContentId } from '../../../base/ids.ts';
import { hashContent } from '../../../base/merkle.ts';
import type { RelativePath } from '../../../base/names.ts';
import type { ResourceKind } from '../../../base/roll.ts';
import { encodeListing } from '../../../net/wire/listing.ts';
import { diskError, isGone } from '../disk/diskErrors.ts';
import { type FileIdentity, identityOf, modifiedMs } from '../disk/fileIdentity.ts';
import { folderAtHand } from '../disk/folderAtHand.ts';
import type { HeldFolder } from '../disk/heldFolder.ts';
import { holdFolder } from '../disk/openFile.ts';
import { inLanes } from '../lanes.ts';
import { filesAtOnce, smallFilesAtOnce } from '../limits.ts';
import { inSlices } from '../slices.ts';
import type { HashCache } from './hashCache.ts';
import { type HashedFile, hashFile, type PieceHasher } from './hashFile.ts';
import { hashSmallFile } from './hashSmall.ts';
import { type FoundFile, walk } from './walk.ts';

/** A file that is shared, in the state in which it was hashed. */
export interface SharedFile {
  /** Real and absolute, as the disk spells it. */
  path: string;
  id: ContentId;
  size: number;
  layer: Uint8Array;
  identity: FileIdentity;
}

/** What a resource consists of. */
export interface Content {
  kind: ResourceKind;
  id: ContentId;
  /** For a folder, of all its files. */
  size: number;
  /** Milliseconds since 1970; for a folder, of its newest file. */
  modified: number;
  /** The one file, or a folder's in the order of its listing. */
  files: SharedFile[];
  /** A folder's listing, as its own content. */
  listing?: { bytes: Uint8Array; layer: Uint8Array } | undefined;
}

export interface ContentReader {
  hasher: PieceHasher;
  cache: HashCache;
  clock: Clock;
}

export interface ReadOptions {
  signal: AbortSignal;
  onProgress?: ((bytes: number, size: number) => void) | undefined;
  /** Something in a folder that cannot be shared. */
  onSkipped(path: string, why: string): void;
}

/**
 * Reads and hashes the file or folder at a real path.
 * @throws RollcallError `not-found`, `usage` for what cannot be shared, `changed` for a file that keeps changing
 */
export async function readContent(reader: ContentReader, path: string, options: ReadOptions): Promise<Content> {
  try {
    await using outer = await holdFolder(dirname(path));
    const name = basename(path);
    const stats = await outer.stat(name);
    if (stats.isDirectory()) {
      await using folder = await outer.enter(name);
      const content = await readFolder(reader, path, folder, options);
      return content.files.length > 0 ? content : { ...content, modified: modifiedMs(identityOf(stats)) };
    }
    const file = await readFile(reader, outer, path, options);
    return { kind: 'file', id: file.id, size: file.size, modified: modifiedMs(file.identity), files: [file] };
  } catch (error) {
    options.signal.throwIfAborted();
    throw diskError(error, path);
  }
}

async function readFile(
  reader: ContentReader,
  folder: HeldFolder,
  path: string,
  { signal, onProgress }: Pick<ReadOptions, 'signal' | 'onProgress'>,
): Promise<SharedFile> {
  await using file = await folder.open(basename(path));
  const identity = identityOf(await file.stat({ bigint: true }));
  const known = knownFile(reader, path, identity);
  if (known !== undefined) {
    onProgress?.(identity.size, identity.size);
    return known;
  }
  const tell = onProgress && ((bytes: number) => onProgress(bytes, identity.size));
  const hashed = await hashFile(file, { hasher: reader.hasher, clock: reader.clock, signal, onProgress: tell });
  reader.cache.put(hashed.identity, hashed.id, hashed.layer);
  return { path, size: hashed.identity.size, ...hashed };
}

function knownFile({ cache }: ContentReader, path: string, identity: FileIdentity): SharedFile | undefined {
  const known = cache.get(identity);
  return known && { path, size: identity.size, identity, ...known };
}

async function readFolder(
  reader: ContentReader,
  root: string,
  folder: HeldFolder,
  { signal, onProgress, onSkipped }: ReadOptions,
): Promise<Content> {
  const found = await walk(folder, signal);
  for (const { way, why } of found.skipped) onSkipped(join(root, ...way), why);
  const read: { path: RelativePath; file: SharedFile }[] = [];
  let done = 0;
  const tell = onProgress && ((bytes: number) => onProgress(Math.min(done + bytes, found.bytes), found.bytes));
  const rest = await readAtOnce(reader, root, found.files, signal, ({ path, identity }, file) => {
    read.push({ path, file });
    done += identity.size;
    tell?.(0);
  });
  await inLanes(rest, filesAtOnce, async ({ way, path, identity }) => {
    signal.throwIfAborted();
    const onDisk = join(root, ...way);
    try {
      const file = await beneath(folder, way.slice(0, -1), (inner) =>
        readFile(reader, inner, onDisk, { signal, onProgress: tell }),
      );
      read.push({ path, file });
    } catch (error) {
      signal.throwIfAborted();
      if (!isGone(error)) onSkipped(onDisk, diskError(error, onDisk).message);
    }
    done += identity.size;
    tell?.(0);
  });
  read.sort((a, b) => (a.path < b.path ? -1 : 1));
  const files = read.map(({ file }) => file);
  const entries = read.map(({ path, file: { size, id } }) => ({ path, size, id }));
  const bytes = encodeListing({ files: entries, emptyFolders: found.emptyFolders });
  const { id, layer } = hashContent(bytes);
  return {
    kind: 'folder',
    id,
    size: files.reduce((sum, { size }) => sum + size, 0),
    modified: files.reduce((newest, { identity }) => Math.max(newest, modifiedMs(identity)), 0),
    files,
    listing: { bytes, layer },
  };
}

/** Tells of the files that are known, and of small ones. @returns those that take longer */
async function readAtOnce(
  reader: ContentReader,
  root: string,
  found: readonly FoundFile[],
  signal: AbortSignal,
  tell: (found: FoundFile, file: SharedFile) => void,
): Promise<FoundFile[]> {
  const { cache, clock } = reader;
  const rest: FoundFile[] = [];
  await inSlices(found.length, smallFilesAtOnce, (from, to) => {
    signal.throwIfAborted();
    using folder = folderAtHand();
    const fresh: HashedFile[] = [];
    for (const one of found.slice(from, to)) {
      const path = join(root, ...one.way);
      const known = knownFile(reader, path, one.identity);
      const hashed = known === undefined ? hashSmallFile(path, one.identity, folder, clock) : undefined;
      if (hashed !== undefined) fresh.push(hashed);
      const file = known ?? (hashed && { path, size: one.identity.size, ...hashed });
      if (file === undefined) rest.push(one);
      else tell(one, file);
    }
    if (fresh.length > 0) cache.putAll(fresh);
  });
  return rest;
}

/** Does `act` in a folder inside `root`, held open meanwhile. */
async function beneath<T>(root: HeldFolder, way: string[], act: (folder: HeldFolder) => Promise<T>): Promise<T> {
  const [next, ...rest] = way;
  if (next === undefined) return await act(root);
  await using inner = await root.enter(next);
  return await beneath(inner, rest, act);
}
