import type { Layout, PieceRun } from '../../../base/layout.ts';
import { pieceBytes } from '../../../base/merkle.ts';
import type { Buffers } from './buffers.ts';
import { parcelBytes } from './limits.ts';
import { type Parcel, parcelsOf, wholeOf } from './parcels.ts';
import type { Sink } from './target.ts';

/** Takes a whole parcel. A promise holds the flow until it settles. */
export type Give = (parcel: Parcel, bytes: Uint8Array<ArrayBuffer>) => void | Promise<void>;

export interface AssembleOptions {
  layout: Layout;
  /** True where files of one piece go together. */
  small: boolean;
  buffers: Buffers;
  give: Give;
}

/** Puts the bytes of a run of pieces, in chunks of any size, together as parcels. */
export interface Assembly {
  /** @throws RangeError for bytes beyond the run */
  readonly take: Sink;
  /** No more bytes come, and none that still wait are taken: gives the files that are whole, and lets go of what is not. */
  end(): void | Promise<void>;
}

export function assemble(run: PieceRun, { layout, small, buffers, give }: AssembleOptions): Assembly {
  const parcels = parcelsOf(layout, run, small);
  let parcel: Parcel | undefined;
  let memory: Uint8Array<ArrayBuffer> | undefined;
  let filled = 0;
  let ended = false;

  const begin = (): Parcel => {
    const next = parcels.next();
    if (next.done === true) throw new RangeError('more bytes than were asked for');
    parcel = next.value;
    const { piece, length } = parcel;
    memory = buffers.take(length, piece === undefined ? parcelBytes : pieceBytes(layout.files[piece.file] ?? 0));
    return parcel;
  };

  /** Takes from `chunk` what completes at most one parcel; returns how much that was, and the hold if there is one. */
  const fill = (chunk: Uint8Array): { taken: number; hold: void | Promise<void> } => {
    const whole = parcel ?? begin();
    const taken = Math.min(chunk.length, whole.length - filled);
    memory?.set(taken === chunk.length ? chunk : chunk.subarray(0, taken), filled);
    filled += taken;
    if (filled < whole.length || memory === undefined) return { taken, hold: undefined };
    const bytes = memory;
    [parcel, memory, filled] = [undefined, undefined, 0];
    return { taken, hold: give(whole, bytes) };
  };

  const rest = async (hold: Promise<void>, chunk: Uint8Array): Promise<void> => {
    await hold;
    await take(chunk);
  };

  const take: Sink = (chunk) => {
    for (let at = 0; at < chunk.length && !ended; ) {
      const { taken, hold } = fill(at === 0 ? chunk : chunk.subarray(at));
      at += taken;
      if (hold !== undefined) return at === chunk.length ? hold : rest(hold, chunk.subarray(at));
    }
    return undefined;
  };

  return {
    take,
    end() {
      ended = true;
      const [begun, bytes, came] = [parcel, memory, filled];
      [parcel, memory, filled] = [undefined, undefined, 0];
      if (begun === undefined || bytes === undefined) return undefined;
      const whole = begun.piece === undefined ? wholeOf(layout, begun, came) : undefined;
      if (whole !== undefined) return give(whole, bytes.subarray(0, whole.length));
      buffers.giveBack(bytes);
      return undefined;
    },
  };
}
