import { z } from 'zod';
import { RollcallError } from '../../base/errors.ts';
import { type ContentId, contentId } from '../../base/ids.ts';
import type { RelativePath } from '../../base/names.ts';
import { Collision, ListedPaths } from './listedPaths.ts';

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

/** Most entries in one folder. With them a listing is about 64 MiB at worst. */
export const maxListedEntries = 200_000;

/** The entries are looked at one by one: a schema over 200,000 of them costs more than all the rest. */
const schema = z.strictObject({
  format: z.literal('rollcall-folder/1'),
  files: z.array(z.unknown()).max(maxListedEntries),
  emptyFolders: z.array(z.string()).max(maxListedEntries),
});

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
 * Reads a listing that somebody else wrote.
 * @throws RollcallError `bad-content` for anything that could not be saved as it stands: hostile or colliding paths, a
 * file where a folder should be, too many entries
 */
export function decodeListing(bytes: Uint8Array): FolderListing {
  const paths = new ListedPaths();
  try {
    const raw = schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    return {
      files: raw.files.map((entry) => {
        const { path, size, id } = listedFile(entry);
        return { path: paths.add(path), size, id: contentId(id) };
      }),
      emptyFolders: raw.emptyFolders.map((path) => paths.add(path)),
    };
  } catch (cause) {
    if (cause instanceof Collision) throw new RollcallError('bad-content', cause.message);
    const why = cause instanceof RollcallError ? `: ${cause.message}` : '';
    throw new RollcallError('bad-content', `the folder's listing is not a valid one${why}`, { cause });
  }
}

function listedFile(entry: unknown): { path: string; size: number; id: string } {
  if (typeof entry === 'object' && entry !== null && Object.keys(entry).length === 3) {
    const { path, size, id } = entry as Record<string, unknown>;
    if (typeof path === 'string' && isSize(size) && typeof id === 'string') return { path, size, id };
  }
  throw new RollcallError('bad-content', 'an entry is no file with a path, a size and an id');
}

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
