import { pieceBytes, pieceRange } from '../../../base/merkle.ts';
import type { Sink } from '../fetch/source.ts';
import type { PieceRun } from '../plan/pieces.ts';
import type { Buffers } from './buffers.ts';

/** Takes a whole piece. A promise holds the flow until it settles. */
export type Give = (index: number, piece: Uint8Array<ArrayBuffer>) => void | Promise<void>;

/**
 * Cuts the bytes of a run of pieces, in chunks of any size, into pieces. Bytes beyond the run are an error of the
 * caller's; a piece that is not whole when they end is lost.
 */
export function assemble(size: number, run: PieceRun, buffers: Buffers, give: Give): Sink {
  const end = run.first + run.count;
  let index = run.first;
  let piece: Uint8Array<ArrayBuffer> | undefined;
  let filled = 0;

  /** Takes from `chunk` what completes at most one piece; returns how much that was, and the hold if there is one. */
  const take = (chunk: Uint8Array): { taken: number; hold: void | Promise<void> } => {
    if (index >= end) throw new RangeError('more bytes than were asked for');
    piece ??= buffers.take(pieceRange(size, index).length, pieceBytes(size));
    const taken = Math.min(chunk.length, piece.length - filled);
    piece.set(taken === chunk.length ? chunk : chunk.subarray(0, taken), filled);
    filled += taken;
    if (filled < piece.length) return { taken, hold: undefined };
    const whole = piece;
    piece = undefined;
    filled = 0;
    return { taken, hold: give(index++, whole) };
  };

  const rest = async (hold: Promise<void>, chunk: Uint8Array): Promise<void> => {
    await hold;
    await sink(chunk);
  };

  const sink: Sink = (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      const { taken, hold } = take(at === 0 ? chunk : chunk.subarray(at));
      at += taken;
      if (hold !== undefined) return at === chunk.length ? hold : rest(hold, chunk.subarray(at));
    }
    return undefined;
  };
  return sink;
}
