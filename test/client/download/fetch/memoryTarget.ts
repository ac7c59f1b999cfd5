import type { ContentId } from '../../../../src/base/ids.ts';
import { layoutOf, type PieceRun, runBytes, runsOf } from '../../../../src/base/layout.ts';
import { hashBytes, pieceHash } from '../../../../src/base/merkle.ts';
import type { RunSink, Target, Verdicts } from '../../../../src/client/download/write/target.ts';
import type { Served } from '../../../support/fakePeer.ts';

export interface MemoryTarget extends Target {
  readonly bytes: Uint8Array;
  /** Pieces that were given to be verified, whole; the same one may be there twice. */
  readonly given: number[];
  /** Runs whose sink was opened and is not settled. */
  readonly sinks: Set<PieceRun>;
  /** Most of them at a time. */
  most: number;
  /** Called before a piece is written; what it throws is what writing throws, and a promise of it takes time. */
  beforeWrite?: ((piece: number) => void | Promise<void>) | undefined;
  /** Pieces that came from somewhere else. */
  add(...pieces: readonly number[]): void;
}

/** A file on its way into memory. */
export function memoryTarget(content: Served & { id: ContentId }): MemoryTarget {
  const layout = layoutOf([content.size]);
  const here = new Set<number>();
  const watchers = new Set<(piece: number) => void>();
  const bytes = new Uint8Array(content.size);
  const arrive = (piece: number): void => {
    here.add(piece);
    for (const tell of watchers) tell(piece);
  };

  async function write(piece: number, from: Uint8Array, tell: Verdicts): Promise<void> {
    target.given.push(piece);
    await target.beforeWrite?.(piece);
    const { index, offset, length } = layout.place(piece);
    const expected = content.layer.subarray(index * hashBytes, (index + 1) * hashBytes);
    if (!pieceHash(from, content.size).equals(expected)) return tell.bad(piece);
    const fresh = !here.has(piece);
    bytes.set(from, offset);
    if (fresh) arrive(piece);
    tell.verified(piece, fresh ? length : 0);
  }

  const target: MemoryTarget = {
    id: content.id,
    kind: 'file',
    layout,
    files: [{ id: content.id, size: content.size, layer: content.layer }],
    bytes,
    given: [],
    sinks: new Set(),
    most: 0,
    get whole() {
      return here.size === layout.count;
    },
    has: (piece) => here.has(piece),
    runs: () => runsOf([...here].sort((a, b) => a - b)),
    watch(added) {
      watchers.add(added);
      return { [Symbol.dispose]: () => void watchers.delete(added) };
    },
    read: async (into, offset) => into.set(bytes.subarray(offset, offset + into.length)),
    add(...pieces) {
      for (const piece of pieces) {
        const { offset, length } = layout.place(piece);
        bytes.set(content.read(offset, length), offset);
        arrive(piece);
      }
    },
    open(run, tell): RunSink {
      target.sinks.add(run);
      target.most = Math.max(target.most, target.sinks.size);
      const { start, end } = runBytes(layout, run);
      const came = new Uint8Array(end - start);
      const writing: Promise<void>[] = [];
      let failure: { error: unknown } | undefined;
      let at = 0;
      let next = run.first;
      return {
        take(chunk) {
          if (failure !== undefined) throw failure.error;
          came.set(chunk, at);
          at += chunk.length;
          for (; next < run.first + run.count; next++) {
            const { offset, length } = layout.place(next);
            if (offset + length - start > at) break;
            const written = write(next, came.subarray(offset - start, offset - start + length), tell);
            writing.push(
              written.catch((error: unknown) => {
                failure ??= { error };
              }),
            );
          }
        },
        async settle() {
          await Promise.all(writing);
          target.sinks.delete(run);
          if (failure !== undefined) throw failure.error;
        },
      };
    },
  };
  return target;
}
