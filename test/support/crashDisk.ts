import { closeSync, readFileSync, writeFileSync } from 'node:fs';
import { pieceRange } from '../../src/base/merkle.ts';
import type { Disk, DiskFile } from '../../src/client/download/disk/disk.ts';
import type { Writer } from '../../src/client/download/ports.ts';
import { type FileCalls, nodeCalls } from '../../src/client/hashing/fileCalls.ts';
import { hasherOn } from '../../src/client/hashing/hasher.ts';
import { wrapDisk } from './wrapDisk.ts';

/** What becomes of the operation in which it happens: it is not done, done in part, or done. */
export type Tear = 'before' | 'within' | 'after';

export class Crash extends Error {}

/** Closes a file that the dead process had just opened. */
async function drop(result: unknown): Promise<void> {
  if (typeof result === 'object' && result !== null && 'close' in result && typeof result.close === 'function') {
    await result.close();
  }
}

export interface CrashDisk {
  disk: Disk;
  writer: Writer;
  /** Operations so far. */
  readonly operations: number;
  readonly crashed: boolean;
  /** What was not synced is lost, as with the power. To be called once nothing more is at work. */
  cutPower(): void;
}

/** The second half of it is not what was written. */
function tearPiece(path: string, { offset, length }: { offset: number; length: number }): void {
  writeFileSync(path, readFileSync(path).fill(0, offset + (length >> 1), offset + length));
}

/**
 * A disk and a writer that fail at operation number `at` and ever after, as for a process that was killed. Each call that
 * a thread makes for a small file is an operation, too.
 */
export function crashDisk(real: Disk, at: number, tear: Tear, onCrash: () => void): CrashDisk {
  let operations = 0;
  let crashed = false;
  /** By path: the last bytes that were synced. */
  const synced = new Map<string, Buffer>();
  const paths = new Map<number, string>();
  /** Files that were written to, by path, so that what was never synced is lost as a whole. */
  const written = new Set<string>();

  const around = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    // A dead process has no descriptors.
    if (crashed && name === 'file.close') await act();
    if (crashed) throw new Crash(name);
    if (++operations < at) return act();
    crashed = true;
    onCrash();
    if (tear !== 'before') await drop(await act());
    throw new Crash(name);
  };

  /** As `around`, for a call that blocks. */
  const call = <T>(name: string, act: () => T): T => {
    if (crashed && name === 'close') act();
    if (crashed) throw new Crash(name);
    if (++operations < at) return act();
    crashed = true;
    onCrash();
    if (tear !== 'before') {
      const result = act();
      // A dead process has no descriptors.
      if (name === 'open' && typeof result === 'number') closeSync(result);
    }
    throw new Crash(name);
  };

  const remember = (file: DiskFile, path: string): DiskFile => {
    paths.set(file.fd, path);
    const remembering = async (sync: () => Promise<void>): Promise<void> => {
      await sync();
      synced.set(path, readFileSync(path));
    };
    return {
      ...file,
      write: (bytes, offset) =>
        file.write(crashed && tear === 'within' ? bytes.subarray(0, bytes.length >> 1) : bytes, offset),
      datasync: () => remembering(() => file.datasync()),
      sync: () => remembering(() => file.sync()),
    };
  };
  const moved = (from: string, to: string): void => {
    const bytes = synced.get(from);
    synced.delete(from);
    if (bytes !== undefined) synced.set(to, bytes);
  };
  const base: Disk = {
    ...real,
    // All that was written before, whoever did it.
    async syncTogether() {
      for (const path of written) synced.set(path, readFileSync(path));
      return true;
    },
    async clone(from, to) {
      const cloned = await real.clone(from, to);
      if (cloned) written.add(to);
      return cloned;
    },
    open: async (path, how, mode) => remember(await real.open(path, how, mode), path),
    async rename(from, to) {
      await real.rename(from, to);
      for (const path of [...synced.keys()]) {
        if (path === from || path.startsWith(`${from}/`)) moved(path, to + path.slice(from.length));
      }
      for (const path of [...written]) {
        if (path !== from && !path.startsWith(`${from}/`)) continue;
        written.delete(path);
        written.add(to + path.slice(from.length));
      }
    },
    async link(from, to) {
      await real.link(from, to);
      const bytes = synced.get(from);
      if (bytes !== undefined) synced.set(to, bytes);
    },
    async unlink(path) {
      await real.unlink(path);
      synced.delete(path);
    },
  };
  const calls: FileCalls = {
    ...nodeCalls,
    open: (path, how) =>
      call('open', () => {
        const file = nodeCalls.open(path, how);
        paths.set(file, path);
        if (how !== 'read') written.add(path);
        return file;
      }),
    write: (file, bytes, from, length, offset) =>
      call('write', () =>
        nodeCalls.write(file, bytes, from, crashed && tear === 'within' ? length >> 1 : length, offset),
      ),
    truncate: (file, bytes) => call('truncate', () => nodeCalls.truncate(file, bytes)),
    datasync: (file) =>
      call('datasync', () => {
        nodeCalls.datasync(file);
        const path = paths.get(file);
        if (path !== undefined) synced.set(path, readFileSync(path));
      }),
    close: (file) => call('close', () => nodeCalls.close(file)),
  };
  const small = hasherOn(calls);
  return {
    disk: wrapDisk(base, around),
    writer: {
      ...small,
      writeVerified: (file, size, index, piece, expected) =>
        around('write', async () => {
          const path = paths.get(file);
          if (path !== undefined) written.add(path);
          const cut = crashed && tear === 'within';
          const done = await small.writeVerified(file, size, index, piece, expected);
          if (cut && path !== undefined) tearPiece(path, pieceRange(size, index));
          return done;
        }),
    },
    get operations() {
      return operations;
    },
    get crashed() {
      return crashed;
    },
    cutPower() {
      for (const path of new Set([...written, ...synced.keys()])) {
        try {
          const { length } = readFileSync(path);
          // A file system may keep the length of what it lost.
          writeFileSync(path, synced.get(path) ?? Buffer.alloc(length));
        } catch {
          // It was renamed or removed since, which lasts.
        }
      }
    },
  };
}
