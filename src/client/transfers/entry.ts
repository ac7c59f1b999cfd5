import { randomBytes } from 'node:crypto';
import { barOf } from './bar.ts';
import type { Gauge } from './gauge.ts';
import type { Fetchable, Fetching, Known, Source, View } from './source.ts';
import type { Download, PieceBar } from './transfers.ts';

/** What of a download is kept over restarts. Milliseconds where nothing else is said. */
export interface Kept
  extends Known,
    Pick<Download, 'id' | 'bytes' | 'state' | 'path' | 'error' | 'addedAt' | 'endedAt'> {
  ifExists: Fetching['ifExists'];
  /** That it ran, over all its starts but the one that goes on. */
  ranMs: number;
}

/** A download on the list. */
export interface Entry extends Kept {
  readonly gauge: Gauge;
  /** Its place in the queue: the lowest is next. */
  turn: number;
  /** Starts that the tracker did not answer. */
  tries: number;
  waiting: Download['waiting'];
  /** As it was at the end of its last start. */
  bar: PieceBar | undefined;
  /** One start of it, until that has put away what it has, which takes a moment after it was stopped. */
  run: Run | undefined;
  /** While what has come is being removed. */
  discarding: Promise<void> | undefined;
  /** What it was added with, good for a while. */
  found: { by: Source; at: number; fetchable: Fetchable } | undefined;
  /** When it was last told of, and whether anything moved since. */
  toldAt: number;
  moved: boolean;
}

export interface Run {
  startedAt: number;
  view: View | undefined;
  /** Bytes that came in this start. */
  fetched: number;
  stop(): void;
  /** Never rejects. */
  ended: Promise<void>;
}

/** Eight hex digits that no other download has. */
export function freshId(isTaken: (id: string) => boolean): string {
  for (;;) {
    const id = randomBytes(4).toString('hex');
    if (!isTaken(id)) return id;
  }
}

/** One of which nothing has come, and that does not wait yet. */
export const added = (id: string, { name, content, kind, size, from, file }: Known, addedAt: number): Kept => ({
  ...{ id, name, content, kind, size, from, file, addedAt, ifExists: 'rename' },
  ...{ state: 'paused', bytes: 0, path: null, error: null, endedAt: null, ranMs: 0 },
});

export const newEntry = (kept: Kept, gauge: Gauge): Entry => ({
  ...kept,
  gauge,
  turn: 0,
  tries: 0,
  waiting: null,
  bar: undefined,
  run: undefined,
  discarding: undefined,
  found: undefined,
  toldAt: Number.NEGATIVE_INFINITY,
  moved: false,
});

/** Takes note of who has sent how much by now. */
export function measure({ run, gauge, content, from }: Entry): void {
  if (run === undefined) return;
  const sole = content === null && run.fetched > 0 ? [{ owner: from, bytes: run.fetched }] : [];
  gauge.reach(run.fetched, run.view?.from() ?? sole);
}

/** How much of it is here, piece by piece, where that is known. */
export function piecesOf({ run, bar }: Pick<Entry, 'run' | 'bar'>): PieceBar | undefined {
  if (run?.view === undefined) return bar;
  const { count, runs } = run.view.pieces();
  return barOf(count, runs);
}

/** `now` by the clock that runs were started by. */
export function shown(entry: Entry, now: number): Download {
  const { id, name, content, kind, size, bytes, state, from, path, error, addedAt, endedAt, gauge } = entry;
  const running = state === 'running';
  const rate = running ? gauge.rate() : 0;
  return {
    id,
    name,
    content,
    kind,
    size,
    bytes,
    state,
    rate,
    secondsLeft: size === null || rate === 0 ? null : Math.max(0, size - bytes) / rate,
    from,
    owners: running ? gauge.owners() : gauge.owners().map((owner) => ({ ...owner, rate: 0 })),
    waiting: running ? entry.waiting : null,
    path,
    error,
    addedAt,
    endedAt,
    seconds: Math.round(ranMs(entry, now)) / 1000,
  };
}

export const ranMs = ({ ranMs, run }: Pick<Entry, 'ranMs' | 'run'>, now: number): number =>
  ranMs + (run === undefined ? 0 : now - run.startedAt);
