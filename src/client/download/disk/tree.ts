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

  /** Makes the file, with its parents; `made` is false where an earlier run has. */
  async openFile(path: string): Promise<{ file: DiskFile; made: boolean }> {
    await this.makeFolder(parent(path));
    const full = join(this.#root, path);
    try {
      return { file: await this.#disk.open(full, 'make', 0o666), made: true };
    } catch (error) {
      tolerate(error, 'EEXIST');
      return { file: await this.#disk.open(full, 'update'), made: false };
    }
  }

  /** The names in it last, and whom the user's umask lets see them may. */
  async seal({ files, emptyFolders }: FolderListing): Promise<void> {
    const folders = new Set<string>(['']);
    const climb = (path: string): void => {
      for (let at = path; !folders.has(at); at = parent(at)) folders.add(at);
    };
    for (const path of emptyFolders) climb(path);
    for (const { path } of files) climb(parent(path));
    for (const path of folders) await this.#disk.syncFolder(join(this.#root, path));
    await this.#disk.chmod(this.#root, 0o777 & ~process.umask());
  }
}

function parent(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}
