import { beforeEach, describe, expect, it } from 'vitest';
import { layoutOf, type PieceRun, runsOf } from '../../../../src/base/layout.ts';
import { hashContent } from '../../../../src/base/merkle.ts';
import type { PartialContent } from '../../../../src/base/partialContent.ts';
import { haveGatherMs, haveRuns } from '../../../../src/client/sharing/limits.ts';
import { haveLines } from '../../../../src/client/sharing/serve/have.ts';
import { maxHaveLineBytes, parseHave } from '../../../../src/net/wire/pieces.ts';
import { FakeClock, settle } from '../../../support/fakeClock.ts';

/** Files of a byte each. */
const count = 4 * haveRuns;
const layout = layoutOf(Array.from({ length: count }, () => 1));
const signal = new AbortController().signal;
let here: Uint8Array;
let watchers: Set<(piece: number) => void>;
let content: PartialContent;
let clock: FakeClock;

beforeEach(() => {
  here = new Uint8Array(count);
  watchers = new Set();
  clock = new FakeClock();
  content = {
    id: hashContent(Buffer.from('a folder')).id,
    kind: 'folder',
    layout,
    files: [],
    has: (piece) => here[piece] === 1,
    runs: () => runsOf([...here.keys()].filter((piece) => here[piece] === 1)),
    watch(added) {
      watchers.add(added);
      return { [Symbol.dispose]: () => void watchers.delete(added) };
    },
    read: async () => {},
  };
});

const come = (...pieces: number[]): void => {
  for (const piece of pieces) {
    here[piece] = 1;
    for (const tell of watchers) tell(piece);
  }
};
const comeEvery = (step: number, from = 0): void => {
  for (let piece = from; piece < count; piece += step) if (here[piece] === 0) come(piece);
};
const parse = (bytes: Uint8Array | undefined): PieceRun[] => {
  expect(bytes?.length).toBeLessThanOrEqual(maxHaveLineBytes);
  const runs = parseHave(
    Buffer.from(bytes ?? [])
      .toString()
      .trimEnd(),
    count,
  );
  if (runs === undefined) throw new Error('a line makes no sense');
  expect(runs.length).toBeLessThanOrEqual(haveRuns);
  return runs;
};

/** Reads to the end, or as many lines as are wanted. */
async function told(lines: AsyncGenerator<Uint8Array, void, undefined>, most = 1000): Promise<PieceRun[]> {
  const runs: PieceRun[] = [];
  for (let read = 0; read < most; read++) {
    const next = lines.next();
    await clock.wind(haveGatherMs);
    const { done, value } = await next;
    if (done === true) return runs;
    runs.push(...parse(value));
  }
  return runs;
}
const piecesOf = (runs: readonly PieceRun[]): Set<number> =>
  new Set(runs.flatMap(({ first, count: own }) => Array.from({ length: own }, (_, place) => first + place)));

describe('the lines of what is here', () => {
  it('name each piece once to a reader who keeps up', async () => {
    come(3);
    const lines = haveLines(content, clock, signal);
    expect(await told(lines, 1)).toEqual([{ first: 3, count: 1 }]);
    come(5, 4);
    expect(await told(lines, 1)).toEqual([{ first: 4, count: 2 }]);
    for (let first = 6; first < count; first += haveRuns) {
      const next = Array.from({ length: Math.min(haveRuns, count - first) }, (_, place) => first + place);
      come(...next);
      expect(await told(lines, 1)).toEqual([{ first, count: next.length }]);
    }
    come(0, 1, 2);
    expect(await told(lines)).toEqual([{ first: 0, count: 3 }]);
    expect(watchers.size).toBe(0);
  });

  it('name what is here in lines of a bounded length, whatever comes in between', async () => {
    comeEvery(2);
    const lines = haveLines(content, clock, signal);
    const first = await told(lines, 1);
    expect(first.length).toBe(haveRuns);
    come(1, count - 1);
    const rest = await told(lines, 1);
    comeEvery(1);
    expect(piecesOf([...first, ...rest, ...(await told(lines))]).size).toBe(count);
  });

  it('tell a reader who is far behind every piece, and none twice', async () => {
    come(0);
    const lines = haveLines(content, clock, signal);
    await told(lines, 1);
    const next = lines.next();
    await settle();
    comeEvery(2);
    await clock.wind(haveGatherMs);
    const behind = parse((await next).value ?? undefined);
    comeEvery(1, 1);
    const later = [...behind, ...(await told(lines))];
    expect(piecesOf([{ first: 0, count: 1 }, ...later]).size).toBe(count);
    expect(later.reduce((sum, run) => sum + run.count, 0)).toBe(count - 1);
  });

  it('end where all came while the reader was away', async () => {
    come(1);
    const lines = haveLines(content, clock, signal);
    await told(lines, 1);
    comeEvery(1);
    expect(await told(lines)).toEqual([
      { first: 0, count: 1 },
      { first: 2, count: count - 2 },
    ]);
    expect([watchers.size, clock.waiting]).toEqual([0, 0]);
  });
});
