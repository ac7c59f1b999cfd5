import type { Disk, DiskFile } from '../../src/client/download/disk/disk.ts';

/** Does each operation of a disk through `around`, which may count, delay or refuse it. */
export function wrapDisk(disk: Disk, around: <T>(name: string, act: () => Promise<T>) => Promise<T>): Disk {
  const wrapFile = (file: DiskFile): DiskFile => ({
    fd: file.fd,
    entry: () => around('file.entry', () => file.entry()),
    read: (into, offset) => around('file.read', () => file.read(into, offset)),
    write: (bytes, offset) => around('file.write', () => file.write(bytes, offset)),
    truncate: (bytes) => around('file.truncate', () => file.truncate(bytes)),
    chmod: (mode) => around('file.chmod', () => file.chmod(mode)),
    datasync: () => around('file.datasync', () => file.datasync()),
    sync: () => around('file.sync', () => file.sync()),
    close: () => around('file.close', () => file.close()),
  });
  return {
    open: async (path, how, mode) => wrapFile(await around('open', () => disk.open(path, how, mode))),
    entry: (path) => around('entry', () => disk.entry(path)),
    list: (folder) => around('list', () => disk.list(folder)),
    makeFolder: (path, mode) => around('makeFolder', () => disk.makeFolder(path, mode)),
    chmod: (path, mode) => around('chmod', () => disk.chmod(path, mode)),
    link: (from, to) => around('link', () => disk.link(from, to)),
    rename: (from, to) => around('rename', () => disk.rename(from, to)),
    unlink: (path) => around('unlink', () => disk.unlink(path)),
    removeFolder: (path) => around('removeFolder', () => disk.removeFolder(path)),
    touch: (path, ms) => around('touch', () => disk.touch(path, ms)),
    syncFolder: (path) => around('syncFolder', () => disk.syncFolder(path)),
    syncTogether: (folder) => around('syncTogether', () => disk.syncTogether(folder)),
    clone: (from, to) => around('clone', () => disk.clone(from, to)),
    freeBytes: (folder) => around('freeBytes', () => disk.freeBytes(folder)),
  };
}

/** A disk that knows whether it is at work, so that a clock stands still meanwhile. */
export function countingDisk(disk: Disk): { disk: Disk; busy(): boolean } {
  let pending = 0;
  return {
    disk: wrapDisk(disk, async (_, act) => {
      pending++;
      try {
        return await act();
      } finally {
        pending--;
      }
    }),
    busy: () => pending > 0,
  };
}
