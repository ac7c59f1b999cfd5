import { describe, expect, it } from 'vitest';
import type { StatusBody } from '../../../../../src/client/interfaces/web/api/bodies.ts';
import {
  type Happening,
  justEnded,
  mergeEntries,
  reduce,
  type ToldEvent,
} from '../../../../../src/client/interfaces/web/page/state/reduce.ts';
import {
  initialState,
  maxLogEntries,
  maxRateSamples,
  type State,
} from '../../../../../src/client/interfaces/web/page/state/state.ts';
import { newStore } from '../../../../../src/client/interfaces/web/page/state/store.ts';
import { fakeDownloads, fakeEntry, fakeShares } from './fakeContents.ts';

const having = (...told: (ToldEvent | Happening)[]): State => told.reduce(reduce, initialState);
const [first, second] = fakeDownloads();
const [share] = fakeShares();
if (first === undefined || second === undefined || share === undefined) throw new Error('nothing to tell of');

const status: StatusBody = {
  version: '0.1.0',
  connection: { state: 'offline' },
  server: null,
  user: null,
  roll: { version: 4, state: 'live', resources: 0, users: 0, cut: false },
};

describe('the state of the page', () => {
  it('knows the connection by what was asked and by what was told', () => {
    expect(having({ event: 'status', body: status })).toMatchObject({ connection: { state: 'offline' }, version: 4 });
    const told = { state: 'connecting', server: 'a:7450', user: 'carol' } as const;
    expect(having({ event: 'status', body: status }, { event: 'connection', body: told }).connection).toEqual(told);
  });

  it('does not fall behind a version that was told while the status was asked for', () => {
    expect(having({ event: 'roll', body: { version: 9 } }, { event: 'status', body: status }).version).toBe(9);
  });

  it('puts a download in the place of what it was, and a new one at the end', () => {
    const listed = having({ event: 'transfers', body: { downloads: [first, second], uploads: [] } });
    const moved = reduce(listed, { event: 'download', body: { ...first, bytes: 5 } });
    expect(moved.downloads?.map(({ id, bytes }) => [id, bytes])).toEqual([
      [first.id, 5],
      [second.id, second.bytes],
    ]);
    const more = reduce(moved, { event: 'download', body: { ...first, id: 'new' } });
    expect(more.downloads?.at(-1)?.id).toBe('new');
    expect(reduce(more, { event: 'forgotten', body: { id: first.id } }).downloads?.map(({ id }) => id)).toEqual([
      second.id,
      'new',
    ]);
  });

  it('knows shares by name', () => {
    const shared = having(
      { event: 'shares', body: [share] },
      { event: 'share', body: { ...share, description: 'new' } },
    );
    expect(shared.shares).toEqual([{ ...share, description: 'new' }]);
    expect(reduce(shared, { event: 'withdrawn', body: { name: share.name } }).shares).toEqual([]);
  });

  it('keeps the last minutes of rates', () => {
    let state = initialState;
    for (let at = 0; at < maxRateSamples + 5; at += 1)
      state = reduce(state, { event: 'rates', body: { at, up: 0, down: 0 } });
    expect(state.rates).toHaveLength(maxRateSamples);
    expect(state.rates[0]?.at).toBe(5);
  });

  it('counts what of the log went by, and keeps a bounded end of it', () => {
    let state = initialState;
    for (let number = 0; number < 30; number += 1) {
      const entries = Array.from({ length: 100 }, (_, place) => fakeEntry(number * 100 + place));
      state = reduce(state, { event: 'log', body: { entries, missed: 900 } });
    }
    expect(state.log.missed).toBe(27_000);
    expect(state.log.entries).toHaveLength(maxLogEntries);
    expect(state.log.entries.at(-1)?.number).toBe(2999);
  });

  it('leaves an event that it does not know aside', () => {
    const unknown: ToldEvent = JSON.parse('{"event":"weather","body":{}}');
    expect(reduce(initialState, unknown)).toBe(initialState);
  });
});

describe('entries of the log', () => {
  it('are merged by number, each once', () => {
    const numbers = mergeEntries([5, 6, 7].map(fakeEntry), [3, 4, 5, 8].map(fakeEntry)).map(({ number }) => number);
    expect(numbers).toEqual([3, 4, 5, 6, 7, 8]);
  });
});

describe('the end of a download', () => {
  it('is told of once, and not of what had ended before the page was opened', () => {
    const done = { ...first, state: 'done' } as const;
    expect(justEnded([first], done)).toBe(true);
    expect(justEnded([done], done)).toBe(false);
    expect(justEnded([], done)).toBe(false);
    expect(justEnded([first], { ...first, state: 'paused' })).toBe(false);
  });
});

describe('the store', () => {
  it('tells its watchers once for all that came together', () => {
    const runs: (() => void)[] = [];
    const store = newStore((run) => runs.push(run));
    let drawn = 0;
    const end = store.watch(() => {
      drawn += 1;
    });
    for (let version = 1; version <= 1000; version += 1) store.tell({ event: 'roll', body: { version } });
    expect(runs).toHaveLength(1);
    runs.pop()?.();
    expect([drawn, store.state().version]).toEqual([1, 1000]);
    end();
    store.tell({ event: 'roll', body: { version: 1001 } });
    runs.pop()?.();
    expect(drawn).toBe(1);
  });
});
