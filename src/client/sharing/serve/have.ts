import { type Clock, sleep } from '../../../base/clock.ts';
import { type PieceRun, runsOf } from '../../../base/layout.ts';
import type { PartialContent } from '../../../base/partialContent.ts';
import { encodeHave } from '../../../net/wire/pieces.ts';
import { haveGatherMs, haveIdleMs, haveRuns } from '../limits.ts';

/** The answer where all is here: one line. */
export const haveAll = (count: number): Uint8Array =>
  new TextEncoder().encode(encodeHave(count === 0 ? [] : [{ first: 0, count }]));

/**
 * The open answer where a part is here: what there is, then what comes, until all is here. It breaks off where `gone`
 * aborts: the caller left, or nothing is served any more. Each piece is told once, since whoever repeats himself is taken
 * for a flood; for a reader who is far behind, it looks up what he was not told instead of remembering it.
 */
export async function* haveLines(
  content: PartialContent,
  clock: Clock,
  gone: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const told = new Told(content.layout.count);
  /** Pieces that came since the last line; as many as are remembered. */
  let untold = 0;
  let added: number[] = [];
  let wake = (): void => {};
  using _ = content.watch((piece) => {
    untold += 1;
    if (untold <= haveRuns) added.push(piece);
    wake();
  });
  yield* untoldLines(content, told, true);
  while (told.count < content.layout.count) {
    if (untold === 0) {
      await nap(clock, gone, (woken) => {
        wake = woken;
      });
    }
    if (untold > 0) await sleep(clock, haveGatherMs, gone);
    const pieces = untold > haveRuns ? undefined : added;
    untold = 0;
    added = [];
    if (pieces === undefined) yield* untoldLines(content, told);
    else yield line(runsOf(pieces.filter((piece) => told.add(piece)).sort((a, b) => a - b)));
  }
}

/** Which pieces were told, a bit each. */
class Told {
  readonly #bits: Uint8Array;
  count = 0;

  constructor(pieces: number) {
    this.#bits = new Uint8Array(Math.ceil(pieces / 8));
  }

  has(piece: number): boolean {
    return (((this.#bits[piece >>> 3] ?? 0) >>> (piece & 7)) & 1) === 1;
  }

  /** False where it was told already. */
  add(piece: number): boolean {
    if (this.has(piece)) return false;
    this.#bits[piece >>> 3] = (this.#bits[piece >>> 3] ?? 0) | (1 << (piece & 7));
    this.count += 1;
    return true;
  }
}

const line = (runs: readonly PieceRun[]): Uint8Array => new TextEncoder().encode(encodeHave(runs));

/** What is here and was not told, no line too long; one line at least where `always`. Holds nothing while the reader takes one. */
function* untoldLines(content: PartialContent, told: Told, always = false): Generator<Uint8Array, void, undefined> {
  for (let first = always; ; first = false) {
    const runs = nextRuns(content, told);
    if (runs.length === 0 && !first) return;
    yield line(runs);
  }
}

/** At most `haveRuns` of them, which count as told from now on. */
function nextRuns(content: PartialContent, told: Told): PieceRun[] {
  const pieces: number[] = [];
  let runs = 0;
  for (const { first, count } of content.runs()) {
    for (let piece = first; piece < first + count; piece++) {
      if (told.has(piece)) continue;
      if (pieces.at(-1) !== piece - 1) runs += 1;
      if (runs > haveRuns) return runsOf(pieces);
      told.add(piece);
      pieces.push(piece);
    }
  }
  return runsOf(pieces);
}

/** Waits until it is woken, or it is time to show that we live. @throws the reason of `gone` */
function nap(clock: Clock, gone: AbortSignal, onWake: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      timer[Symbol.dispose]();
      gone.removeEventListener('abort', settle);
      if (gone.aborted) reject(gone.reason);
      else resolve();
    };
    const timer = clock.after(haveIdleMs, settle);
    gone.addEventListener('abort', settle);
    onWake(settle);
    if (gone.aborted) settle();
  });
}
