import { execFile } from 'node:child_process';
import type { BigIntStats } from 'node:fs';
import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  type FileHandle,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  statfs,
  unlink,
  utimes,
} from 'node:fs/promises';
import { promisify } from 'node:util';
import { type Disk, type DiskEntry, type DiskFile, type OpenHow, tolerate } from './disk.ts';

/** Windows has no such flag: there a link that somebody planted under a hidden name of ours would be followed. */
const noFollow: number = constants.O_NOFOLLOW ?? 0;

const noWait: number = constants.O_NONBLOCK ?? 0;

const flags: Record<OpenHow, number> = {
  make: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | noFollow,
  update: constants.O_RDWR | noFollow | noWait,
  read: constants.O_RDONLY | noFollow | noWait,
};

/** What a file system says that knows no clones, or not of this file. */
const noClone = ['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'ENOTTY', 'EINVAL', 'EXDEV', 'EPERM'] as const;

const runProgram = promisify(execFile);

/** The machine's own file system. */
export const nodeDisk: Disk = {
  open: async (path, how, mode) => file(await open(path, flags[how], mode)),
  async entry(path) {
    try {
      return entry(await lstat(path, { bigint: true }));
    } catch (error) {
      tolerate(error, 'ENOENT');
      return undefined;
    }
  },
  list: (folder) => readdir(folder),
  makeFolder: async (path, mode) => void (await mkdir(path, { mode })),
  chmod,
  link,
  rename,
  unlink,
  removeFolder: (path) => rm(path, { recursive: true }),
  touch: (path, ms) => utimes(path, ms / 1000, ms / 1000),
  async syncFolder(path) {
    // Windows opens no folder: there a name may be lost with the power, though not the bytes.
    if (process.platform === 'win32') return;
    const folder = await open(path, constants.O_RDONLY);
    try {
      await folder.sync();
    } catch (error) {
      // Some network file systems cannot; the name lasts as well as they keep it.
      tolerate(error, 'EINVAL', 'ENOTSUP');
    } finally {
      await folder.close();
    }
  },
  async syncTogether(folder) {
    // Elsewhere a program may return before all is written; Node itself has no call for it.
    if (process.platform !== 'linux') return false;
    try {
      await runProgram('sync', ['-f', folder]);
      return true;
    } catch {
      // The program is missing, or knows no option, or failed: then each file is synced, which says what is wrong.
      return false;
    }
  },
  async clone(from, to) {
    try {
      await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
      return true;
    } catch (error) {
      tolerate(error, ...noClone);
      // It may have been made before the copying was refused.
      await rm(to, { force: true });
      return false;
    }
  },
  async freeBytes(folder) {
    const { blocks, bavail, bsize } = await statfs(folder);
    // A file system that says nothing of its size has no blocks at all.
    return blocks === 0 ? undefined : bavail * bsize;
  },
};

function kindOf(stats: BigIntStats): DiskEntry['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

function entry(stats: BigIntStats): DiskEntry {
  return {
    kind: kindOf(stats),
    size: Number(stats.size),
    inode: stats.ino,
    links: Number(stats.nlink),
    modifiedMs: Number(stats.mtimeMs),
    ours: process.getuid === undefined || Number(stats.uid) === process.getuid(),
  };
}

function file(handle: FileHandle): DiskFile {
  return {
    fd: handle.fd,
    entry: async () => entry(await handle.stat({ bigint: true })),
    async read(into, offset) {
      let done = 0;
      while (done < into.length) {
        const { bytesRead } = await handle.read(into, done, into.length - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return done;
    },
    async write(bytes, offset) {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, offset + done);
        done += bytesWritten;
      }
    },
    truncate: (bytes) => handle.truncate(bytes),
    chmod: (mode) => handle.chmod(mode),
    datasync: () => handle.datasync(),
    sync: () => handle.sync(),
    close: () => handle.close(),
  };
}
