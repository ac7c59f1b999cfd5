import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { isErrorCode, RollcallError } from '../../base/errors.ts';
import type { Hasher } from './hasher.ts';
import type { Answer, Job } from './worker.ts';

interface Thread {
  worker: Worker;
  /** Jobs that it has and has not answered, oldest first. */
  pending: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[];
}

/** Threads are started as jobs come, or before. More than 4 only wait for the disk. */
const maxThreads = 4;

/** The threads' program as it is built. */
const beside = new URL('./worker.js', import.meta.url);

export interface PoolOptions {
  threads?: number | undefined;
  /** What a thread runs. */
  program?: URL | undefined;
}

/** A hasher on worker threads. Threads keep the process alive only while they have work. */
export function hasherPool(options: PoolOptions = {}): Hasher {
  const { threads = Math.min(maxThreads, availableParallelism()), program = beside } = options;
  const crew: Thread[] = [];
  let closed = false;

  const start = (): Thread => {
    const thread: Thread = { worker: new Worker(program), pending: [] };
    thread.worker.unref();
    thread.worker.on('message', (answer: Answer) => {
      thread.pending.shift()?.resolve(answer);
      if (thread.pending.length === 0) thread.worker.unref();
    });
    const fail = (error: Error): void => {
      crew.splice(crew.indexOf(thread), 1);
      for (const { reject } of thread.pending.splice(0)) reject(error);
    };
    thread.worker.once('error', fail);
    thread.worker.once('exit', () => fail(new RollcallError('interrupted', 'hashing was stopped')));
    crew.push(thread);
    return thread;
  };

  const idlest = (): Thread => {
    const free = crew.find((thread) => thread.pending.length === 0);
    if (free !== undefined) return free;
    if (crew.length < threads) return start();
    return crew.reduce((best, thread) => (thread.pending.length < best.pending.length ? thread : best));
  };

  /** `Kind` is the answer that this job gets. */
  const ask = async <Kind extends Answer['answer']>(
    job: Job,
    kind: Kind,
    moved: ArrayBuffer[] = [],
  ): Promise<Answer & { answer: Kind }> => {
    if (closed) throw new RollcallError('interrupted', 'hashing was stopped');
    const thread = idlest();
    const answer = await new Promise<Answer>((resolve, reject) => {
      thread.pending.push({ resolve, reject });
      thread.worker.ref();
      thread.worker.postMessage(job, moved);
    });
    if (is(answer, kind)) return answer;
    if (answer.answer !== 'failed') throw new RollcallError('fault', 'a hashing thread answered another question');
    if (answer.code !== undefined && isErrorCode(answer.code)) throw new RollcallError(answer.code, answer.message);
    throw Object.assign(new Error(answer.message), { code: answer.code });
  };

  return {
    prepare() {
      while (crew.length < threads && !closed) start();
    },
    async hashPieces(file, size, first, count) {
      return (await ask({ job: 'hash', file, size, first, count }, 'hashed')).layer;
    },
    async writeVerified(file, size, index, piece, expected) {
      const job: Job = { job: 'write', file, size, index, piece, expected: new Uint8Array(expected) };
      const { verified, piece: back } = await ask(job, 'written', [piece.buffer]);
      return { verified, piece: back };
    },
    async writeFiles(files, bytes) {
      const { verified, bytes: back } = await ask({ job: 'write-files', files, bytes }, 'files-written', [
        bytes.buffer,
      ]);
      return { verified, bytes: back };
    },
    async copyFiles(files, from) {
      return (await ask({ job: 'copy-files', files, from }, 'files-copied')).verified;
    },
    async syncFiles(root, paths) {
      await ask({ job: 'sync-files', root, paths }, 'files-synced');
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await Promise.all(crew.map(({ worker }) => worker.terminate()));
    },
  };
}

const is = <Kind extends Answer['answer']>(answer: Answer, kind: Kind): answer is Answer & { answer: Kind } =>
  answer.answer === kind;
