import { z } from 'zod';
import { RollcallError } from '../../base/errors.ts';
import { type ContentId, contentId } from '../../base/ids.ts';
import { collisionKey, type RelativePath, relativePath } from '../../base/names.ts';

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

const schema = z.strictObject({
  format: z.literal('rollcall-folder/1'),
  files: z
    .array(
      z.strictObject({
        path: z.string(),
        size: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER),
        id: z.string(),
      }),
    )
    .max(maxListedEntries),
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
  let listing: FolderListing;
  try {
    const raw = schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    listing = {
      files: raw.files.map(({ path, size, id }) => ({ path: canonical(path), size, id: contentId(id) })),
      emptyFolders: raw.emptyFolders.map(canonical),
    };
  } catch (cause) {
    const why = cause instanceof RollcallError ? `: ${cause.message}` : '';
    throw new RollcallError('bad-content', `the folder's listing is not a valid one${why}`, { cause });
  }
  refuseCollisions(listing);
  return listing;
}

function canonical(text: string): RelativePath {
  const path = relativePath(text);
  if (path !== text) throw new RollcallError('bad-content', 'a path is not in Unicode normal form C');
  return path;
}

/** Two files, or a file and a folder, that some file system would take for the same. */
function refuseCollisions({ files, emptyFolders }: FolderListing): void {
  /** By collision key: the exact spelling of a folder, or of a leaf. */
  const folders = new Map<string, string>();
  const leaves = new Set<string>();
  const refuse = (path: string): never => {
    throw new RollcallError('bad-content', `the folder's listing has two entries that collide at "${path}"`);
  };
  const place = (path: RelativePath): void => {
    let key = '';
    for (let from = 0; ; ) {
      const slash = path.indexOf('/', from);
      // Part by part, with a joiner that no name has: the key of some single characters is a slash.
      key += `\0${collisionKey(path.slice(from, slash === -1 ? undefined : slash))}`;
      if (slash === -1) break;
      const folder = path.slice(0, slash);
      if ((folders.get(key) ?? folder) !== folder) refuse(folder);
      folders.set(key, folder);
      from = slash + 1;
    }
    if (leaves.has(key)) refuse(path);
    leaves.add(key);
  };
  for (const { path } of files) place(path);
  for (const path of emptyFolders) place(path);
  for (const key of leaves) if (folders.has(key)) refuse(key);
}
