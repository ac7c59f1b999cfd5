import type { PieceRun } from '../../base/layout.ts';

/** Longest line of the open `have` answer, bytes: 100,000 pieces in the worst pattern are about 600 KB. */
export const maxHaveLineBytes: number = 2 ** 20;
/** Most runs in one `of=`, so that a request's head stays below 16 KiB, Node's limit. */
export const maxRuns = 200;

/** Piece numbers as text: `0-3,7`, sorted, no number twice. Nothing is the empty text. */
export const encodeRuns = (runs: readonly PieceRun[]): string =>
  runs.map(({ first, count }) => (count === 1 ? `${first}` : `${first}-${first + count - 1}`)).join(',');

/** Reads runs of pieces below `count`; nothing where the text is none, or they are not sorted and apart. */
export function parseRuns(text: string, count: number): PieceRun[] | undefined {
  if (text === '') return [];
  const runs: PieceRun[] = [];
  let least = 0;
  for (const part of text.split(',')) {
    const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part);
    if (match === null) return undefined;
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (first < least || last < first || last >= count) return undefined;
    runs.push({ first, count: last - first + 1 });
    least = last + 1;
  }
  return runs;
}

/**
 * A line of the open answer to `GET /content/<id>/have`: pieces that are there from now on, beside those that earlier
 * lines named. The first line names all there are; one without any shows that the owner lives.
 */
export const encodeHave = (runs: readonly PieceRun[]): string => `{"have":"${encodeRuns(runs)}"}\n`;

/** Reads a line without its end; nothing where it is none. */
export function parseHave(line: string, count: number): PieceRun[] | undefined {
  const text = /^\{"have":"([0-9,-]*)"\}$/.exec(line)?.[1];
  return text === undefined ? undefined : parseRuns(text, count);
}
