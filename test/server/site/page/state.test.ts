import { expect, it } from 'vitest';
import type { HappeningBody, StatusBody } from '../../../../src/server/site/api/bodies.ts';
import { initialState, reduce } from '../../../../src/server/site/page/state.ts';

const census = { sessions: 1, users: { alive: 1, suspect: 0, unreached: 0 }, resources: 0, contents: 0 };
const status: StatusBody = {
  version: '1',
  fingerprint: 'a',
  host: 'h',
  port: 1,
  startedAt: 0,
  now: 5000,
  heartbeatMs: 1,
  suspectAfterMs: 2,
  evictAfterMs: 3,
  census,
};
const one = (number: number): HappeningBody => ({
  number,
  at: 0,
  what: 'joined',
  session: 1,
  user: 'ann',
  address: '10.0.0.1',
  port: 1,
});

it('takes what is told twice once, and keeps as much as the tracker does', () => {
  let state = reduce(initialState, { event: 'happenings', body: { from: 7, happenings: [one(1), one(2)] } });
  state = reduce(state, { event: 'happened', body: { happenings: [one(2), one(3)], missed: 0 } });
  expect(state.happenings.map(({ number }) => number)).toEqual([1, 2, 3]);
  const many = Array.from({ length: 2000 }, (_, at) => one(at + 10));
  state = reduce(state, { event: 'happened', body: { happenings: many, missed: 0 } });
  expect([state.happenings.length, state.happenings.at(-1)?.number]).toEqual([1000, 2009]);
});

it('goes by the clock of the tracker', () => {
  expect(reduce(initialState, { event: 'status', body: status, at: 2000 }).aheadMs).toBe(3000);
});

it('calls lists old when the roll changed', () => {
  const before = reduce(initialState, { event: 'status', body: status, at: 0 });
  const after = reduce(before, { event: 'roll', body: { ...census, sessions: 9 } });
  expect(after.status?.census.sessions).toBe(9);
  expect(after.version).toBeGreaterThan(before.version);
});

it('adds up lines that were lost, until the log is asked for anew', () => {
  const lost = reduce(initialState, { event: 'log', body: { entries: [], missed: 3 } });
  const more = reduce(lost, { event: 'log', body: { entries: [], missed: 4 } });
  expect(more.missedLines).toBe(7);
  expect(reduce(more, { event: 'entries', body: [] }).missedLines).toBe(0);
});
