import { describe, expect, it } from 'vitest';
import { afterMove, legalMoves, type Move, moves, take } from '../../../src/client/transfers/moves.ts';
import { type DownloadState, downloadStates } from '../../../src/client/transfers/transfers.ts';

/** Every move in every state: what comes of it, or `-` where it is refused. */
const table: Record<DownloadState, Record<Move, string>> = {
  queued: of('running', 'paused', '-', 'cancelled', 'done', '-', '-', '-'),
  running: of('-', 'paused', '-', 'cancelled', 'done', 'failed', 'queued', '-'),
  paused: of('-', '-', 'queued', 'cancelled', 'done', '-', '-', 'gone'),
  done: of('-', '-', '-', '-', '-', '-', '-', 'gone'),
  failed: of('-', '-', 'queued', 'cancelled', '-', '-', '-', 'gone'),
  cancelled: of('-', '-', 'queued', 'cancelled', 'done', '-', '-', 'gone'),
};

function of(...ends: string[]): Record<Move, string> {
  const [start = '', pause = '', resume = '', cancel = '', finish = '', fail = '', yielded = '', forget = ''] = ends;
  return { start, pause, resume, cancel, finish, fail, yield: yielded, forget };
}

const cases = downloadStates.flatMap((state) => moves.map((move) => [state, move, table[state][move]] as const));

describe('a download', () => {
  it.each(cases)('that is %s comes by %s to: %s', (state, move, end) => {
    const entry = { name: 'a\u202Eb.bin', state };
    if (end === '-') {
      expect(() => afterMove(entry, move)).toThrow(expect.objectContaining({ code: 'usage' }));
      expect(() => take(entry, move)).toThrow('a\\u{202e}b.bin');
      expect(entry.state).toBe(state);
    } else {
      expect(afterMove(entry, move)).toBe(end);
      expect(take(entry, move)).toBe(end === 'gone');
      expect(entry.state).toBe(end === 'gone' ? state : end);
    }
  });

  it('can be brought off the list, or to its end, from each state', () => {
    for (const state of downloadStates) {
      const reached = new Set<string>([state]);
      for (const at of reached)
        for (const end of Object.values(legalMoves[at as DownloadState] ?? {})) reached.add(end);
      expect(reached).toContain('gone');
    }
  });

  it.each([
    ['pause', 'done', "the download of 'x' is done: only one that runs or waits can be paused"],
    ['resume', 'running', "the download of 'x' runs: only one that is paused, failed or cancelled can go on"],
    ['cancel', 'done', "the download of 'x' is done: what was saved stays: remove the file yourself"],
    ['forget', 'queued', "the download of 'x' waits for its turn: pause or cancel it first"],
  ] as const)('says why it cannot %s where it is %s', (move, state, message) => {
    expect(() => afterMove({ name: 'x', state }, move)).toThrow(message);
  });
});
