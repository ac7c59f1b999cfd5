import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RollcallError } from '../base/errors.ts';
import { logFileBytes, logFiles, maxLogWaitingBytes } from './limits.ts';

/** A log file that is always `file`: once it is full it becomes `file.1`, what was that `file.2`, and the last is lost. */
export interface LogFile extends AsyncDisposable {
  /** Takes a line, and never holds up the caller: what a slow disk does not take in time is lost, and counted. */
  write(line: string): void;
}

export interface LogFileOptions {
  /** The disk failed, or was too slow; lines were lost. */
  onError(error: Error): void;
  bytes?: number;
  files?: number;
}

/** Makes the folder where it is missing. @throws RollcallError `usage` where the file cannot be written */
export async function openLogFile(
  file: string,
  { onError, bytes = logFileBytes, files = logFiles }: LogFileOptions,
): Promise<LogFile> {
  let handle: FileHandle | undefined;
  let size = 0;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let lost = 0;
  let working: Promise<void> | undefined;

  const append = async (): Promise<FileHandle> => {
    handle = await open(file, 'a', 0o600);
    size = (await handle.stat()).size;
    return handle;
  };
  const close = async (): Promise<void> => {
    const closing = handle;
    handle = undefined;
    await closing?.close();
  };
  const roll = async (): Promise<void> => {
    await close();
    for (let number = files - 1; number > 0; number--) {
      await rename(number === 1 ? file : `${file}.${number - 1}`, `${file}.${number}`).catch(ignoreMissing);
    }
    await append();
  };
  /** As many of the waiting lines as fit in the file, and one in any case. */
  const take = (): Buffer[] => {
    let count = 0;
    let taken = 0;
    for (const line of waiting) {
      if (count > 0 && size + taken + line.length > bytes) break;
      count += 1;
      taken += line.length;
    }
    waitingBytes -= taken;
    return waiting.splice(0, count);
  };
  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      let batch: Buffer[] = [];
      try {
        if (handle === undefined) await append();
        if (size > 0 && size + (waiting[0]?.length ?? 0) > bytes) await roll();
        batch = take();
        const text = Buffer.concat(batch);
        await handle?.writeFile(text);
        size += text.length;
      } catch (error) {
        lost += batch.length + waiting.length;
        waiting = [];
        waitingBytes = 0;
        await close().catch(onError);
        onError(error instanceof Error ? error : new Error(String(error)));
      }
      if (lost > 0) onError(new Error(`${lost} lines were lost`));
      lost = 0;
    }
    working = undefined;
  };

  try {
    await mkdir(dirname(file), { recursive: true });
    await append();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RollcallError('usage', `the log file ${file} cannot be written (${why}): name another with --log`, {
      cause,
    });
  }

  return {
    write(line) {
      const encoded = Buffer.from(line);
      if (waitingBytes + encoded.length > maxLogWaitingBytes) {
        lost += 1;
        return;
      }
      waiting.push(encoded);
      waitingBytes += encoded.length;
      working ??= work();
    },
    async [Symbol.asyncDispose]() {
      await working;
      await close();
    },
  };
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
