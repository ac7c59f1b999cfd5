import { z } from 'zod';
import { RollcallError } from '../../base/errors.ts';
import { type ContentId, contentId } from '../../base/ids.ts';
import type { RelativePath } from '../../base/names.ts';
import { Collision, ListedPaths } from './listedPaths.ts';
import { requireShape } from './listingShape.ts';

/**
 * The content of a folder: what its content id covers and what a peer serves for it. Canonical JSON: one line, keys
 * in the order below, entries sorted by the code units of their paths, so that the same tree has the same id everywhere.
 */
export interface FolderListing {
  files: ListedFile[];
  /** Folders that nothing is in; every other folder follows from the files. */
  emptyFolders: RelativePath[];
}

export interface ListedFile {
  path: RelativePath;
  /** Bytes. */
  size: number;
  id: ContentId;
}

/** Most files in one folder, empty folders, and folders that follow from these, each. With them a listing is about 64 MiB at worst. */
export const maxListedEntries = 200_000;

/** The entries are looked at one by one: a schema over 200,000 of them costs more than all the rest. */
const schema = z.strictObject({
  format: z.literal('rollcall-folder/1'),
  files: z.array(z.unknown()),
  emptyFolders: z.array(z.unknown()),
});

/** Three members; in two of them the entries; in an entry three members. */
const mostCommas = [0, 2, 2 * maxListedEntries, 2 * maxListedEntries] as const;

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The listing as bytes. Sorts it first. */
export function encodeListing(listing: FolderListing): Uint8Array {
  const files = listing.files
    .map(({ path, size, id }) => ({ path, size, id }))
    .sort((a, b) => byCodeUnits(a.path, b.path));
  const emptyFolders = [...listing.emptyFolders].sort(byCodeUnits);
  return new TextEncoder().encode(JSON.stringify({ format: 'rollcall-folder/1', files, emptyFolders }));
}

/**
 * Reads a listing that somebody else wrote. Memory: some times its bytes, whatever they are.
 * @throws RollcallError `bad-content` for anything that could not be saved as it stands: hostile or colliding paths, a
 * file where a folder should be, too many entries, sizes beyond counting
 */
export function decodeListing(bytes: Uint8Array): FolderListing {
  try {
    requireShape(bytes, mostCommas);
    return listing(schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))));
  } catch (cause) {
    if (cause instanceof Collision) throw new RollcallError('bad-content', cause.message);
    const why = cause instanceof RollcallError ? `: ${cause.message}` : '';
    throw new RollcallError('bad-content', `the folder's listing is not a valid one${why}`, { cause });
  }
}

function listing({ files, emptyFolders }: z.infer<typeof schema>): FolderListing {
  if (Math.max(files.length, emptyFolders.length) > maxListedEntries) {
    throw new RollcallError('bad-content', `it has more than ${maxListedEntries} files, or as many empty folders`);
  }
  const paths = new ListedPaths(maxListedEntries);
  let bytes = 0;
  const listed = files.map((entry) => {
    const { path, size, id } = listedFile(entry);
    bytes += size;
    return { path: paths.add(path), size, id: contentId(id) };
  });
  if (!Number.isSafeInteger(bytes)) {
    throw new RollcallError('bad-content', `its files add up to more than ${Number.MAX_SAFE_INTEGER} bytes`);
  }
  return { files: listed, emptyFolders: emptyFolders.map((path) => paths.add(emptyFolder(path))) };
}

function emptyFolder(entry: unknown): string {
  if (typeof entry === 'string') return entry;
  throw new RollcallError('bad-content', 'an empty folder is no path');
}

function listedFile(entry: unknown): { path: string; size: number; id: string } {
  if (typeof entry === 'object' && entry !== null && Object.keys(entry).length === 3) {
    const { path, size, id } = entry as Record<string, unknown>;
    if (typeof path === 'string' && isSize(size) && typeof id === 'string') return { path, size, id };
  }
  throw new RollcallError('bad-content', 'an entry is no file with a path, a size and an id');
}

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
