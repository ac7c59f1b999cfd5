import { join } from 'node:path';
import { type Disk, type DiskEntry, tolerate } from '../disk/disk.ts';
import { parent } from '../disk/tree.ts';

/** Of the files of a listing, those that have a name under `root`, in order. Goes through no link to a folder. */
export async function namesThere(
  disk: Disk,
  root: string,
  paths: readonly string[],
  files: Iterable<number>,
): Promise<number[]> {
  const folders = new RealFolders(disk, root);
  const there: number[] = [];
  for (const file of files) {
    const path = paths[file] ?? '';
    const folder = parent(path);
    const name = folder === '' ? path : path.slice(folder.length + 1);
    if ((await folders.names(folder)).has(name)) there.push(file);
  }
  return there;
}

/** The folders under a root, each looked at once. */
class RealFolders {
  readonly #disk: Disk;
  readonly #root: string;
  readonly #names = new Map<string, ReadonlySet<string>>();

  constructor(disk: Disk, root: string) {
    this.#disk = disk;
    this.#root = root;
  }

  /** None where there is no such folder. */
  async names(folder: string): Promise<ReadonlySet<string>> {
    const known = this.#names.get(folder);
    if (known !== undefined) return known;
    const names = await this.#look(folder);
    this.#names.set(folder, names);
    return names;
  }

  async #look(folder: string): Promise<ReadonlySet<string>> {
    if (folder !== '') {
      const above = parent(folder);
      const name = above === '' ? folder : folder.slice(above.length + 1);
      if (!(await this.names(above)).has(name)) return new Set();
    }
    const path = join(this.#root, folder);
    try {
      if ((await this.#disk.entry(path))?.kind !== 'folder') return new Set();
      return new Set(await this.#disk.list(path));
    } catch (error) {
      tolerate(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM');
      return new Set();
    }
  }
}

/** Nothing where it cannot be looked at. */
export async function lookAt(disk: Disk, path: string): Promise<DiskEntry | undefined> {
  try {
    return await disk.entry(path);
  } catch (error) {
    tolerate(error, 'ENOTDIR', 'EACCES', 'EPERM');
    return undefined;
  }
}
