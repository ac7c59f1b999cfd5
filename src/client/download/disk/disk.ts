/** The disk, as a download sees it. Every call rejects with the system's error, whose `code` says what it was. */
export interface Disk {
  /** `mode` counts where the file is made. */
  open(path: string, how: OpenHow, mode?: number): Promise<DiskFile>;
  /** Of the path itself, never of what a link points to; nothing where nothing is there. */
  entry(path: string): Promise<DiskEntry | undefined>;
  list(folder: string): Promise<string[]>;
  makeFolder(path: string, mode: number): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** A folder with all that is in it; follows no link. */
  removeFolder(path: string): Promise<void>;
  /** Milliseconds since 1970. */
  touch(path: string, ms: number): Promise<void>;
  /** Makes the names in a folder last. */
  syncFolder(path: string): Promise<void>;
  /**
   * Makes all that was written to a folder's file system last, whoever wrote it. False where the system has no such
   * thing: then each file is to be synced.
   */
  syncTogether(folder: string): Promise<boolean>;
  /** Makes `to` a copy that shares its bytes with `from` until one is written to. False where the system cannot. */
  clone(from: string, to: string): Promise<boolean>;
  /** Bytes that we may still write there; nothing where the file system does not say. */
  freeBytes(folder: string): Promise<number | undefined>;
}

/**
 * `make`: a new file, nothing may be there. `update`: one that is there. Both read and write. `read`: one that is there,
 * not to be written. None follows a link, or waits for the other end of a pipe.
 */
export type OpenHow = 'make' | 'update' | 'read';

export interface DiskFile {
  /** The descriptor, good in every thread of the process. */
  readonly fd: number;
  entry(): Promise<DiskEntry>;
  /** Fewer bytes than asked for at the end of the file only. */
  read(into: Uint8Array, offset: number): Promise<number>;
  write(bytes: Uint8Array, offset: number): Promise<void>;
  truncate(bytes: number): Promise<void>;
  chmod(mode: number): Promise<void>;
  /** The bytes last; so does the length. */
  datasync(): Promise<void>;
  /** All lasts. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface DiskEntry {
  /** `other`: a device, a pipe or a socket. */
  kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes. */
  size: number;
  inode: bigint;
  /** Names that it has. */
  links: number;
  /** Milliseconds since 1970. */
  modifiedMs: number;
  /** True where it belongs to the user whom we run as, and where there is no such thing. */
  ours: boolean;
}

/** The system's code of a disk's error, as ENOSPC. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Lets an error of one of these codes pass; throws any other. */
export function tolerate(error: unknown, ...codes: readonly string[]): void {
  if (!codes.includes(systemCode(error) ?? '')) throw error;
}
