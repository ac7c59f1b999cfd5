import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { createStream } from 'rotating-file-stream';
import { RollcallError } from '../../base/errors.ts';
import { logFileBytes, logFiles, maxLogWaitingBytes } from '../limits.ts';

/** A log file that is always `file`: once it is full it becomes `file.1`, what was that `file.2`, and the last is lost. */
export interface LogFile extends AsyncDisposable {
  /** Takes a line, and never holds up the caller: what a slow or broken disk does not take is lost, and counted. */
  write(line: string): void;
}

export interface LogFileOptions {
  /** The disk failed, or was too slow; lines were lost. */
  onError(error: Error): void;
  bytes?: number;
  files?: number;
}

/** Makes the folder where it is missing, for this user alone. @throws RollcallError `usage` where the file cannot be written */
export async function openLogFile(
  file: string,
  { onError, bytes = logFileBytes, files = logFiles }: LogFileOptions,
): Promise<LogFile> {
  const name = basename(file);
  const stream = await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    .then(async () => {
      const opening = createStream((index) => (index ? `${name}.${index}` : name), {
        path: dirname(file),
        size: `${bytes}B`,
        rotate: files - 1,
        mode: 0o600,
      });
      await new Promise((resolve, reject) => opening.once('open', resolve).once('error', reject));
      return opening;
    })
    .catch((cause: Error) => {
      throw new RollcallError(
        'usage',
        `the log file ${file} cannot be written (${cause.message}): name another with --log`,
        { cause },
      );
    });
  let lost = 0;
  stream.on('warning', onError).on('error', ({ message }) => {
    onError(new Error(`${message}; nothing more is written to it until the next start`));
  });

  return {
    write(line) {
      if (!stream.writable || stream.writableLength + line.length > maxLogWaitingBytes) {
        lost += 1;
        return;
      }
      if (lost > 0) onError(new Error(`${lost} lines were lost`));
      lost = 0;
      stream.write(line);
    },
    async [Symbol.asyncDispose]() {
      if (lost > 0) onError(new Error(`${lost} lines were lost`));
      if (stream.writable) await new Promise<void>((resolve) => stream.end(() => resolve()));
    },
  };
}
