import { closeSync, constants, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** The system's calls that small files take, each of which blocks. They throw the system's error. */
export interface FileCalls {
  /** `read` and `update` open what is there, `make` only what is not; none follows a link. Returns the descriptor. */
  open(path: string, how: 'read' | 'update' | 'make'): number;
  /** Bytes of a regular file; nothing for anything else. */
  size(file: number): number | undefined;
  /** Returns how many bytes it read. */
  read(file: number, into: Uint8Array, at: number, length: number, offset: number): number;
  /** Returns how many bytes it wrote. */
  write(file: number, bytes: Uint8Array, at: number, length: number, offset: number): number;
  truncate(file: number, bytes: number): void;
  datasync(file: number): void;
  close(file: number): void;
}

/** Windows has neither: there a link that somebody planted would be followed. */
const noFollow: number = constants.O_NOFOLLOW ?? 0;
/** A pipe that somebody put there would else hold the thread. */
const noWait: number = constants.O_NONBLOCK ?? 0;

const flags = {
  read: constants.O_RDONLY | noFollow | noWait,
  update: constants.O_RDWR | noFollow | noWait,
  make: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | noFollow,
} as const;

export const nodeCalls: FileCalls = {
  open: (path, how) => openSync(path, flags[how], 0o666),
  size(file) {
    const stats = fstatSync(file);
    return stats.isFile() ? stats.size : undefined;
  },
  read: readSync,
  write: writeSync,
  truncate: ftruncateSync,
  datasync: fdatasyncSync,
  close: closeSync,
};
