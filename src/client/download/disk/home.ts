import { join } from 'node:path';
import { RollcallError } from '../../../base/errors.ts';
import { safeText } from '../../../base/safeText.ts';
import type { FolderListing } from '../../../net/wire/listing.ts';
import type { Disk, DiskFile } from './disk.ts';
import { Tree } from './tree.ts';

/** Where a content is on the disk, on its way and after it was published. */
export interface Home {
  /** The hidden file or folder; once it was published, the one that it became. */
  path: string;
  /** A file of it. */
  pathOf(file: number): string;
  /** Opens a file to read and write it, and makes it where it is missing. Not to be called once it was published. */
  open(file: number): Promise<DiskFile>;
  /** All of it is there to stay, for everybody whom the user's umask lets read it. */
  seal(): Promise<void>;
}

/** Of a file on its own, which is there. */
export function fileHome(disk: Disk, path: string, size: number): Home {
  const home: Home = {
    path,
    pathOf: () => home.path,
    open: async () => fitLength(await disk.open(path, 'update'), path, size),
    async seal() {
      const file = await disk.open(path, 'update');
      try {
        await file.chmod(0o666 & ~process.umask());
        await file.sync();
      } finally {
        await file.close();
      }
    },
  };
  return home;
}

/** Of a folder, in which all folders are made before this returns. */
export async function folderHome(disk: Disk, path: string, listing: FolderListing): Promise<Home> {
  const tree = new Tree(disk, path);
  await tree.makeFolders(listing);
  const listed = (file: number): string => listing.files[file]?.path ?? '';
  const home: Home = {
    path,
    pathOf: (file) => join(home.path, listed(file)),
    async open(file) {
      const opened = await tree.openFile(listed(file));
      return await fitLength(opened, join(path, listed(file)), listing.files[file]?.size ?? 0);
    },
    seal: () => tree.seal(),
  };
  return home;
}

/** What somebody made longer is cut. */
async function fitLength(file: DiskFile, path: string, size: number): Promise<DiskFile> {
  try {
    const entry = await file.entry();
    if (entry.kind !== 'file') {
      throw new RollcallError('fault', `something else is in the place of the file '${safeText(path)}': remove it`);
    }
    if (entry.size > size) await file.truncate(size);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
