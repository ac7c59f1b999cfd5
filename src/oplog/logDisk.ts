import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RollcallError } from '../base/errors.ts';
import { safeText } from '../base/safeText.ts';

/** The log's file, as the journal sees it. Every method but `close` rejects where the disk does. */
export interface LogDisk {
  /** True where the file does not end with a line end: a crash in the middle of a write. */
  readonly torn: boolean;
  /** Writes at the end. Resolves with the bytes that it took, which may be fewer. */
  write(bytes: Uint8Array): Promise<number>;
  /** Resolves once all that was written would outlast a loss of power. */
  sync(): Promise<void>;
  /** Takes the last `bytes` bytes away. */
  takeBack(bytes: number): Promise<void>;
  close(): Promise<void>;
}

const lineFeed = 0x0a;

/**
 * Opens the file to append to, and makes it and its folder where they are missing.
 * @throws RollcallError `usage` where it cannot be written
 */
export async function openLogDisk(path: string): Promise<LogDisk> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'a+', 0o600);
    const { size } = await file.stat();
    const last = size === 0 ? undefined : (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0];
    if (size === 0) await syncFolder(dirname(path));
    return {
      torn: last !== undefined && last !== lineFeed,
      write: async (bytes) => (await file.write(bytes)).bytesWritten,
      sync: () => file.datasync(),
      // On Windows a file that is open for appending cannot be cut: the journal then ends the torn line.
      takeBack: async (bytes) => file.truncate(Math.max(0, (await file.stat()).size - bytes)),
      close: () => file.close(),
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RollcallError(
      'usage',
      `the log file ${safeText(path)} cannot be written (${safeText(why)}): name another with --log`,
      { cause },
    );
  }
}

/** So that a new file's name outlasts a loss of power. Windows has no such thing. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
