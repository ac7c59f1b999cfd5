import type { Fingerprint } from '../../../base/ids.ts';
import type { Log } from '../../../base/log.ts';
import type { HttpReply } from '../../../net/transport/transport.ts';
import type { SharedFile } from '../content/content.ts';
import { failureKind } from '../disk/diskErrors.ts';
import { retryAfterSeconds } from '../limits.ts';
import type { ChunkPool } from './chunkPool.ts';
import type { OpenFiles } from './openFiles.ts';
import { problem } from './replies.ts';
import { type ByteRange, trueBytes } from './trueBytes.ts';
import { uploadBody } from './upload.ts';
import type { Uploads } from './uploads.ts';

export interface FileSender {
  files: OpenFiles;
  uploads: Uploads;
  pool: ChunkPool;
  log: Log;
}

export interface FileRequest {
  file: SharedFile;
  range: ByteRange;
  caller: Fingerprint;
  /** Aborts when the caller is gone. */
  signal: AbortSignal;
  /** The file is not in the state that was hashed; whether its bytes are the same is not known. */
  moved(): void;
  /** It does not have the announced bytes any more. */
  changed(): void;
}

/**
 * Sends a range of a file. Its first chunk is read before a reply is made, so that a file that changed earlier is a
 * clear 409; later than that, the connection is cut.
 */
export async function sendFile(
  { files, uploads, pool, log }: FileSender,
  request: FileRequest,
  withBody: (body: AsyncIterable<Uint8Array>) => HttpReply,
): Promise<HttpReply> {
  const { file, range, caller, signal, moved, changed } = request;
  const place = uploads.take(caller);
  if (place === undefined) return busy('too many uploads are under way');
  const held: Disposable[] = [place];
  const close = (): void => {
    for (const thing of held.splice(0)) thing[Symbol.dispose]();
  };
  const tell = (error: unknown): void => {
    const kind = failureKind(error);
    if (kind === 'changed') changed();
    else log.warn({ file: file.path, error: String(error) }, 'a shared file could not be read');
    if (kind === 'other') moved();
  };
  try {
    const borrowed = await files.borrow(file);
    held.push(borrowed);
    const chunks = trueBytes(file, borrowed.handle, range, { pool, moved });
    const first = (await chunks.next()).value ?? new Uint8Array();
    return withBody(uploadBody(first, chunks, signal, { failed: tell, close }));
  } catch (error) {
    close();
    tell(error);
    switch (failureKind(error)) {
      case 'changed':
        return problem('changed', 'the file changed since it was announced: ask the tracker anew');
      case 'exhausted':
        return busy('too many files are open');
      case 'other':
        return problem('fault', "the file could not be read at its owner's");
    }
  }
}

function busy(why: string): HttpReply {
  return problem('busy', `${why}: try again in ${retryAfterSeconds} s`, { 'retry-after': String(retryAfterSeconds) });
}
