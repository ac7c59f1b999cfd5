import { join } from 'node:path';
import { RollcallError } from '../../../base/errors.ts';
import { safeText } from '../../../base/safeText.ts';
import type { FolderListing } from '../../../net/wire/listing.ts';
import { type Disk, type DiskFile, tolerate } from './disk.ts';

/** Makes the files and folders of a listing under a hidden folder of ours; steps over no link on the way. */
export class Tree {
  readonly #disk: Disk;
  readonly #root: string;
  /** Relative paths that are known to be folders. */
  readonly #folders = new Set<string>();

  constructor(disk: Disk, root: string) {
    this.#disk = disk;
    this.#root = root;
  }

  /** A relative path that was parsed as one, with its parents. */
  async makeFolder(path: string): Promise<void> {
    if (path === '' || this.#folders.has(path)) return;
    await this.makeFolder(parent(path));
    const full = join(this.#root, path);
    try {
      await this.#disk.makeFolder(full, 0o777);
    } catch (error) {
      tolerate(error, 'EEXIST');
      const entry = await this.#disk.entry(full);
      if (entry?.kind !== 'folder') {
        throw new RollcallError('fault', `something else is in the place of the folder '${safeText(full)}': remove it`);
      }
    }
    this.#folders.add(path);
  }

  /** Makes every folder of a listing that is not there. */
  async makeFolders({ files, emptyFolders }: FolderListing): Promise<void> {
    for (const path of new Set(files.map((file) => parent(file.path)))) await this.makeFolder(path);
    for (const path of emptyFolders) await this.makeFolder(path);
  }

  /** Makes the file where an earlier run has not; its folder has to be there. */
  async openFile(path: string): Promise<DiskFile> {
    const full = join(this.#root, path);
    try {
      return await this.#disk.open(full, 'make', 0o666);
    } catch (error) {
      tolerate(error, 'EEXIST');
      return await this.#disk.open(full, 'update');
    }
  }

  /** The names in it last, and whom the user's umask lets see them may. */
  async seal(): Promise<void> {
    for (const path of ['', ...this.#folders]) await this.#disk.syncFolder(join(this.#root, path));
    await this.#disk.chmod(this.#root, 0o777 & ~process.umask());
  }
}

/** The folder that a relative path is in: nothing for the root. */
export function parent(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}
