import { RollcallError } from '../../base/errors.ts';
import { hashContent } from '../../base/merkle.ts';
import { collisionKey, maxNameBytes, maxPathBytes, type RelativePath, relativePath } from '../../base/names.ts';

/** Two entries of a listing that some file system would take for the same. */
export class Collision extends Error {}

/** The collision keys of what is in a folder. */
type Folder = Set<string>;

/** Names that need no closer look, save for `device`: nearly all there are. */
const plain = /^[A-Za-z0-9_-](?:[A-Za-z0-9_. -]*[A-Za-z0-9_-])?$/;
const perhapsDevice = /^(?:con|prn|aux|nul|com|lpt)/i;

/** The paths of one listing. A folder is looked at once, however many files are in it. */
export class ListedPaths {
  readonly #root: Folder = new Set();
  /** By path; the root has none. */
  readonly #folders = new Map<string, Folder>();
  readonly #mostFolders: number;

  /** `mostFolders`: that follow from the paths, as each may imply dozens. */
  constructor(mostFolders: number) {
    this.#mostFolders = mostFolders;
  }

  /**
   * Takes a file, or a folder that nothing is in.
   * @throws RollcallError for what is no path as it should be written, and for too many folders; Collision
   */
  add(text: string): RelativePath {
    // Bytes are no fewer than UTF-16 code units: what is cut into parts and looked at is short.
    if (text.length > maxPathBytes)
      throw new RollcallError('bad-content', `a path is longer than ${maxPathBytes} bytes`);
    const slash = text.lastIndexOf('/');
    const parent = text.slice(0, Math.max(slash, 0));
    const known = slash === -1 ? this.#root : this.#folders.get(parent);
    const name = text.slice(slash + 1);
    const path = known !== undefined && isPlain(name, text) ? (text as RelativePath) : canonical(text);
    const folder = known ?? this.#folder(parent);
    const key = keyOf(name);
    if (folder.has(key)) throw collision(path);
    folder.add(key);
    return path;
  }

  /** Of a path that was found to be one. */
  #folder(path: string): Folder {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    const parent = slash === -1 ? this.#root : this.#folder(path.slice(0, slash));
    const key = keyOf(name);
    if (parent.has(key)) throw collision(path);
    parent.add(key);
    if (this.#folders.size === this.#mostFolders) {
      throw new RollcallError('bad-content', `its files are in more than ${this.#mostFolders} folders`);
    }
    const folder: Folder = new Set();
    this.#folders.set(path, folder);
    return folder;
  }
}

/** True only where `relativePath` would return the path as it is, in a folder that another path of ours is in. */
function isPlain(name: string, path: string): boolean {
  // UTF-8 needs at most three bytes for a UTF-16 code unit.
  const isShort = path.length * 3 <= maxPathBytes && name.length < 100;
  return isShort && plain.test(name) && !perhapsDevice.test(name);
}

function canonical(text: string): RelativePath {
  const path = relativePath(text);
  if (path !== text) throw new RollcallError('bad-content', 'a path is not in Unicode normal form C');
  return path;
}

const keyOf = (name: string): string => (plain.test(name) ? name.toLowerCase() : shortKey(collisionKey(name)));

/** One character may stand for eighteen: a hash takes the place of a key that is longer than a name. */
const shortKey = (key: string): string =>
  key.length > maxNameBytes ? hashContent(new TextEncoder().encode(key)).id : key;

const collision = (path: string): Collision =>
  new Collision(`the folder's listing has two entries that collide at "${path}"`);
