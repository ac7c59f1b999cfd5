import { type Layout, type PieceRun, runBytes } from '../../../src/base/layout.ts';
import type { Ask } from '../../../src/client/download/plan/swarm.ts';

/** Milliseconds of silence or of a trickle after which an ask may be made twice: a trickle shows sooner than silence. */
const patienceMs = 2400;
const trickleMs = 9000;

/** An ask in flight. */
export interface Asked {
  ask: Ask;
  run?: PieceRun | undefined;
  /** The first piece that has not come whole. */
  next: number;
  at: number;
  /** When bytes worth the name came last. */
  lastAt: number;
  bytes: number;
}

interface Known {
  /** By piece, what the owner said that it has, and what is here. */
  said: Uint8Array;
  here: Uint8Array;
  asked: readonly Asked[];
  /** Pieces that wait for their verdict. */
  judged: ReadonlySet<number>;
  layout: Layout;
  now: number;
}

/** What a new ask breaks of that which every swarm promises. */
export function breaches(ask: Ask, known: Known): string[] {
  const broken: string[] = [];
  for (const { first, count } of ask.want.run === undefined ? ask.want.of : [ask.want.run]) {
    for (let piece = first; piece < first + count; piece++) {
      if (known.here[piece] === 1) broken.push(`ask ${ask.id} is for ${piece}, which is here`);
      if (known.said[piece] !== 1) broken.push(`ask ${ask.id} is for ${piece}, which ${ask.owner} has not`);
    }
  }
  if (ask.want.run === undefined || !flows(ask.want.run, known)) return broken;
  const other = unasked(known);
  if (other !== undefined) broken.push(`ask ${ask.id} is for what is on its way, while ${other} is not`);
  return broken;
}

/** True where a piece of the run is on its way, and not slowly. */
function flows({ first, count }: PieceRun, { asked, layout, now }: Known): boolean {
  return asked.some(({ run, next, at, lastAt, bytes }) => {
    if (run === undefined || now - lastAt >= patienceMs) return false;
    if (Math.max(first, run.first, next) >= Math.min(first + count, run.first + run.count)) return false;
    const { start, end } = runBytes(layout, run);
    const age = now - at;
    return age < patienceMs || ((end - start - bytes) * age) / bytes <= trickleMs;
  });
}

/** A piece that the owner has, and that is neither here nor asked for. */
function unasked({ said, here, asked, judged }: Known): number | undefined {
  const taken = new Set(judged);
  const take = (first: number, end: number): void => {
    for (let piece = first; piece < end; piece++) taken.add(piece);
  };
  for (const { ask, run, next } of asked) {
    if (run !== undefined) take(Math.max(run.first, next), run.first + run.count);
    else for (const { first, count } of ask.want.of ?? []) take(first, first + count);
  }
  const found = said.findIndex((has, piece) => has === 1 && here[piece] === 0 && !taken.has(piece));
  return found === -1 ? undefined : found;
}
