import { parentPort } from 'node:worker_threads';
import type { SmallFiles } from '../../base/smallFiles.ts';
import { nodeCalls } from './fileCalls.ts';
import { hashPiecesNow, writeVerifiedNow } from './hasher.ts';
import { copyFilesNow, syncFilesNow, writeFilesNow } from './smallFilesNow.ts';

/** What a thread is asked; each is answered once, in order. */
export type Job =
  | { job: 'hash'; file: number; size: number; first: number; count: number }
  | { job: 'write'; file: number; size: number; index: number; piece: Uint8Array<ArrayBuffer>; expected: Uint8Array }
  | { job: 'write-files'; files: SmallFiles; bytes: Uint8Array<ArrayBuffer> }
  | { job: 'copy-files'; files: SmallFiles; from: string }
  | { job: 'sync-files'; root: string; paths: readonly string[] };

export type Answer =
  | { answer: 'hashed'; layer: Uint8Array<ArrayBuffer> }
  | { answer: 'written'; verified: boolean; piece: Uint8Array<ArrayBuffer> }
  | { answer: 'files-written'; verified: boolean[]; bytes: Uint8Array<ArrayBuffer> }
  | { answer: 'files-copied'; verified: boolean[] }
  | { answer: 'files-synced' }
  /** `code` is ours or the system's, as in ENOSPC. */
  | { answer: 'failed'; code: string | undefined; message: string };

function perform(job: Job): Answer {
  try {
    switch (job.job) {
      case 'hash':
        return { answer: 'hashed', layer: hashPiecesNow(job.file, job.size, job.first, job.count) };
      case 'write': {
        const verified = writeVerifiedNow(job.file, job.size, job.index, job.piece, job.expected);
        return { answer: 'written', verified, piece: job.piece };
      }
      case 'write-files': {
        const verified = writeFilesNow(nodeCalls, job.files, job.bytes);
        return { answer: 'files-written', verified, bytes: job.bytes };
      }
      case 'copy-files':
        return { answer: 'files-copied', verified: copyFilesNow(nodeCalls, job.files, job.from) };
      case 'sync-files':
        syncFilesNow(nodeCalls, job.root, job.paths);
        return { answer: 'files-synced' };
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { answer: 'failed', code, message };
  }
}

/** What goes back for good instead of being copied. */
function moved(answer: Answer): ArrayBuffer[] {
  switch (answer.answer) {
    case 'hashed':
      return [answer.layer.buffer];
    case 'written':
      return [answer.piece.buffer];
    case 'files-written':
      return [answer.bytes.buffer];
    default:
      return [];
  }
}

parentPort?.on('message', (job: Job) => {
  const answer = perform(job);
  parentPort?.postMessage(answer, moved(answer));
});
