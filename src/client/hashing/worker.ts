import { parentPort } from 'node:worker_threads';
import { hashPiecesNow, writeVerifiedNow } from './hasher.ts';

/** What a thread is asked; each is answered once, in order. */
export type Job =
  | { job: 'hash'; file: number; size: number; first: number; count: number }
  | { job: 'write'; file: number; size: number; index: number; piece: Uint8Array<ArrayBuffer>; expected: Uint8Array };

export type Answer =
  | { answer: 'hashed'; layer: Uint8Array<ArrayBuffer> }
  | { answer: 'written'; verified: boolean; piece: Uint8Array<ArrayBuffer> }
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
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { answer: 'failed', code, message };
  }
}

parentPort?.on('message', (job: Job) => {
  const answer = perform(job);
  const moved =
    answer.answer === 'hashed' ? [answer.layer.buffer] : answer.answer === 'written' ? [answer.piece.buffer] : [];
  parentPort?.postMessage(answer, moved);
});
