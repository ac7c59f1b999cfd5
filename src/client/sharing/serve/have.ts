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
 * aborts: the caller left, or nothing is served any more.
 */
export async function* haveLines(
  content: PartialContent,
  clock: Clock,
  gone: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const added = new Set<number>();
  let wake = (): void => {};
  using _ = content.watch((piece) => {
    added.add(piece);
    wake();
  });
  let runs = content.runs();
  let missing = content.layout.count - sizeOf(runs);
  for (yield* linesOf(runs); missing > 0; yield* linesOf(runs)) {
    if (added.size === 0) {
      await nap(clock, gone, (woken) => {
        wake = woken;
      });
    }
    if (added.size > 0) await sleep(clock, haveGatherMs, gone);
    runs = runsOf([...added].sort((a, b) => a - b));
    added.clear();
    missing -= sizeOf(runs);
  }
}

const sizeOf = (runs: readonly PieceRun[]): number => runs.reduce((sum, { count }) => sum + count, 0);

/** At least one line, and no line too long. */
function* linesOf(runs: readonly PieceRun[]): Generator<Uint8Array, void, undefined> {
  for (let from = 0; from === 0 || from < runs.length; from += haveRuns) {
    yield new TextEncoder().encode(encodeHave(runs.slice(from, from + haveRuns)));
  }
}

/** Waits until it is woken, or it is time to show that we live. @throws the reason of `gone` */
async function nap(clock: Clock, gone: AbortSignal, onWake: (wake: () => void) => void): Promise<void> {
  const woken = new AbortController();
  onWake(() => woken.abort());
  try {
    await sleep(clock, haveIdleMs, AbortSignal.any([gone, woken.signal]));
  } catch {
    // It was woken early, or nobody is there any more.
    gone.throwIfAborted();
  }
}
