import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { fingerprint } from '../../../src/base/ids.ts';
import { userName } from '../../../src/base/names.ts';
import { listGapMs, listRetryMs, liveGapMs } from '../../../src/client/live/limits.ts';
import { settle } from '../../support/fakeClock.ts';
import {
  all,
  announced,
  FakeSource,
  id,
  joined,
  left,
  row,
  type Scene,
  scene,
  stateOf,
  userRow,
  withdrawn,
} from './scene.ts';

/** A roll that has listed this. */
async function listed(source: FakeSource, mostRows?: number): Promise<Scene> {
  const s = scene(mostRows);
  s.feed.joined(source);
  await settle();
  return s;
}

const carol = userRow('Carol', { resources: 2 });
const bob = userRow('Bob');

describe('a live roll', () => {
  it('is empty, then loading, then live, then old, then empty', async () => {
    const s = scene();
    const states = [s.roll.state];
    const source = new FakeSource([carol], [row('a', 'Carol')]);
    s.feed.joined(source);
    states.push(s.roll.state);
    await settle();
    states.push(s.roll.state);
    expect(s.names()).toEqual(['a']);
    s.feed.lost();
    states.push(s.roll.state);
    expect(s.names()).toEqual(['a']);
    s.feed.left();
    states.push(s.roll.state);
    expect(states).toEqual(['empty', 'loading', 'live', 'old', 'empty']);
    expect([s.names(), s.roll.users(), s.roll.resources]).toEqual([[], [], 0]);
    expect(s.clock.waiting).toBe(0);
  });

  it('makes identical copies one row with its owners, and others of the name namesakes', async () => {
    const s = await listed(
      new FakeSource(
        [carol, bob],
        [
          row('a.txt', 'Carol', { description: 'old', modified: 1 }),
          row('a.txt', 'Bob', { description: 'new', modified: 2, state: 'suspect' }),
          row('a.txt', 'Alice', { modified: 3 }),
          row('a.txt', 'Dora', { id: id('b') }),
          row('a.txt', 'Eve', { size: 4 }),
          row('b.txt', 'Carol'),
        ],
      ),
    );
    const { rows, total } = s.roll.contents(all);
    expect(total).toBe(4);
    expect(rows.map(({ owners }) => owners.map(({ user }) => user)).sort()).toEqual([
      ['Alice', 'Carol', 'Bob'],
      ['Carol'],
      ['Dora'],
      ['Eve'],
    ]);
    const [same] = rows.filter(({ owners }) => owners.length === 3);
    expect(same).toMatchObject({ name: 'a.txt', size: 3, modified: 3, namesakes: 3 });
    expect(['old', 'new']).toContain(same?.description);
    expect(rows.find(({ name }) => name === 'b.txt')?.namesakes).toBe(1);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(4);
  });

  it('keeps what nobody can verify apart, an owner a row', async () => {
    const unverified = { id: null, size: null } as const;
    const s = await listed(new FakeSource([], [row('a', 'Carol', unverified), row('a', 'Bob', unverified)]));
    expect(s.roll.contents(all).rows.map(({ owners, namesakes }) => [owners.length, namesakes])).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('finds words in any case in names, owners and descriptions', async () => {
    const s = await listed(
      new FakeSource(
        [],
        [
          row('Straße.txt', 'Carol', { description: 'the long road' }),
          row('Road.txt', 'Bob', { id: id('b') }),
          row('σίγμας', 'Bob', { id: id('c') }),
        ],
      ),
    );
    expect(s.names({ pattern: 'STRASSE' })).toEqual(['Straße.txt']);
    expect(s.names({ pattern: 'road' })).toEqual(['Road.txt', 'Straße.txt']);
    expect(s.names({ pattern: ' ROAD  carol ' })).toEqual(['Straße.txt']);
    expect(s.names({ pattern: 'road bob txt' })).toEqual(['Road.txt']);
    expect(s.names({ pattern: 'ΣΊΓΜΑΣ' })).toEqual(['σίγμας']);
    expect(s.names({ pattern: '.*' })).toEqual([]);
    expect(s.names({ owner: userName('Bob') })).toEqual(['Road.txt', 'σίγμας']);
    expect(s.names({ owner: userName('Bob'), pattern: 'long' })).toEqual([]);
  });

  it('sorts as people do, and pages through it', async () => {
    const names = ['file 10', 'File 9', 'file 1', 'été', 'zoo', 'eta'];
    const rows = names.map((name, at) => row(name, 'Carol', { id: id(String(at)), size: 10 - at, modified: at % 2 }));
    const s = await listed(new FakeSource([], rows));
    expect(s.names()).toEqual(['eta', 'été', 'file 1', 'File 9', 'file 10', 'zoo']);
    expect(s.names({ descending: true, limit: 2 })).toEqual(['zoo', 'file 10']);
    expect(s.names({ offset: 4, limit: 5 })).toEqual(['file 10', 'zoo']);
    expect(s.names({ sort: 'size' })).toEqual(['eta', 'zoo', 'été', 'file 1', 'File 9', 'file 10']);
    expect(s.names({ sort: 'modified', descending: true, limit: 3 })).toEqual(['eta', 'été', 'File 9']);
    expect(s.roll.contents({ ...all, offset: 99, limit: 5 })).toMatchObject({ total: 6, rows: [] });
  });

  it('follows what changes, and grows its version by it', async () => {
    const s = await listed(new FakeSource([carol], [row('a', 'Carol'), row('b', 'Carol', { id: id('b') })]));
    const before = s.roll.version;
    s.feed.changes([joined('Bob'), announced(row('a', 'Bob')), announced(row('c', 'Bob', { id: id('c') }))], 0);
    expect(s.roll.version).toBeGreaterThan(before);
    expect(s.names()).toEqual(['a', 'b', 'c']);
    expect(s.roll.users().map(({ user, resources }) => [user, resources])).toEqual([
      ['Bob', 2],
      ['Carol', 2],
    ]);
    s.feed.changes([stateOf('Bob', 'suspect')], 0);
    expect(s.roll.users().map(({ user, state }) => `${user} ${state}`)).toEqual(['Carol alive', 'Bob suspect']);
    expect(s.roll.contents(all).rows[0]?.owners.map(({ user, state }) => `${user} ${state}`)).toEqual([
      'Carol alive',
      'Bob suspect',
    ]);
    s.feed.changes([left('Bob'), withdrawn(row('b', 'Carol', { id: id('b') }))], 0);
    expect(s.names()).toEqual(['a']);
    expect(s.roll.users().map(({ user, resources }) => [user, resources])).toEqual([['Carol', 1]]);
  });

  it('lets a name that was announced anew stand, though its old content is withdrawn later', async () => {
    const s = await listed(new FakeSource([carol], [row('a', 'Carol')]));
    s.feed.changes([announced(row('a', 'Carol', { id: id('b') })), withdrawn(row('a', 'Carol'))], 0);
    expect(s.roll.contents(all).rows.map((one) => one.id)).toEqual([id('b')]);
  });

  it('applies after the list what came while it was listed', async () => {
    const source = new FakeSource([carol], [row('a', 'Carol'), row('b', 'Carol', { id: id('b') })]);
    let goOn = (): void => {};
    source.hold = () =>
      new Promise((resolve) => {
        goOn = resolve;
      });
    const s = scene();
    s.feed.joined(source);
    await settle();
    s.feed.changes(
      [withdrawn(row('b', 'Carol', { id: id('b') })), announced(row('z', 'Carol', { id: id('z'.replace('z', 'c')) }))],
      0,
    );
    for (let turn = 0; turn < 3; turn++) {
      goOn();
      await settle();
    }
    expect(s.roll.state).toBe('live');
    expect(s.names()).toEqual(['a', 'z']);
  });

  it('lists anew where changes were missed, yet not more often than it may', async () => {
    const source = new FakeSource([carol], [row('a', 'Carol')]);
    const s = await listed(source);
    source.rows = [row('b', 'Carol', { id: id('b') })];
    for (let count = 0; count < 50; count++) s.feed.changes([], 1);
    await settle();
    expect([source.lists, s.names()]).toEqual([1, ['a']]);
    await s.clock.wind(listGapMs);
    expect([source.lists, s.names()]).toEqual([2, ['b']]);
    await s.clock.wind(60_000);
    expect(source.lists).toBe(2);
  });

  it('lists once more where changes were missed while it listed', async () => {
    const source = new FakeSource([carol], [row('a', 'Carol')]);
    let goOn = (): void => {};
    source.hold = () =>
      new Promise((resolve) => {
        goOn = resolve;
      });
    const s = scene();
    s.feed.joined(source);
    await settle();
    for (let count = 0; count < 5; count++) {
      s.feed.changes([], 3);
      await s.clock.wind(listGapMs);
    }
    expect(source.lists).toBe(1);
    source.hold = async () => {};
    goOn();
    await settle();
    await s.clock.wind(listGapMs);
    expect([source.lists, s.roll.state]).toEqual([2, 'live']);
  });

  it('shows what it had until a new list is whole', async () => {
    const s = await listed(new FakeSource([carol], [row('a', 'Carol')]));
    s.feed.lost();
    const source = new FakeSource([bob], [row('b', 'Bob', { id: id('b') }), row('c', 'Bob', { id: id('c') })]);
    let goOn = (): void => {};
    source.hold = () =>
      new Promise((resolve) => {
        goOn = resolve;
      });
    await s.clock.wind(listGapMs);
    s.feed.joined(source);
    await settle();
    goOn();
    await settle();
    expect(s.names()).toEqual(['a']);
    goOn();
    await settle();
    expect(s.names()).toEqual(['b', 'c']);
  });

  it('asks again, ever later, where a list fails', async () => {
    const source = new FakeSource([carol], [row('a', 'Carol')]);
    source.hold = () => Promise.reject(new RollcallError('unreachable', 'away'));
    const s = await listed(source);
    expect(s.roll.state).toBe('loading');
    await s.clock.wind(listRetryMs);
    await s.clock.wind(listRetryMs);
    expect(source.lists).toBe(2);
    source.hold = async () => {};
    await s.clock.wind(listRetryMs);
    expect([source.lists, s.roll.state, s.names()]).toEqual([3, 'live', ['a']]);
  });

  it('drops a list that is on its way when the tracker goes', async () => {
    const source = new FakeSource([carol], [row('a', 'Carol')]);
    let goOn = (): void => {};
    source.hold = () =>
      new Promise((resolve) => {
        goOn = resolve;
      });
    const s = scene();
    s.feed.joined(source);
    await settle();
    s.feed.left();
    goOn();
    await settle();
    expect([s.names(), s.roll.state]).toEqual([[], 'empty']);
    s.feed.changes([announced(row('a', 'Carol'))], 1);
    expect([s.names(), s.clock.waiting]).toEqual([[], 0]);
  });

  it('keeps no more rows than it may, says so, and lists anew once there is room', async () => {
    const rows = Array.from({ length: 20 }, (_, at) =>
      row(`f${at}`, 'Carol', { id: id('0123456789abcdef'.charAt(at % 16)) }),
    );
    const source = new FakeSource([carol], rows);
    const s = await listed(source, 10);
    expect([s.roll.resources, s.roll.cut, s.roll.state]).toEqual([10, true, 'live']);
    expect(s.roll.users()[0]?.resources).toBe(2);
    s.feed.changes([announced(row('late', 'Carol'))], 0);
    expect(s.roll.resources).toBe(10);
    source.rows = rows.slice(2, 8);
    s.feed.changes(rows.slice(0, 2).map(withdrawn), 0);
    await s.clock.wind(listGapMs);
    expect([s.roll.resources, s.roll.cut, source.lists]).toEqual([6, false, 2]);
  });

  it('learns the keys of those who joined from a list of users', async () => {
    const source = new FakeSource([carol], []);
    const s = await listed(source);
    s.feed.changes([joined('Bob'), joined('Alice')], 0);
    expect(s.roll.users().find(({ user }) => user === 'Bob')?.fingerprint).toBeUndefined();
    source.userRows = [carol, { ...bob, fingerprint: fingerprint('cd'.repeat(32)), udp: 'blocked' }];
    await s.clock.wind(60_000);
    expect(s.roll.users().find(({ user }) => user === 'Bob')).toMatchObject({
      fingerprint: fingerprint('cd'.repeat(32)),
      udp: 'blocked',
    });
    expect([source.asked, source.lists]).toEqual([3, 1]);
  });

  it('tells at once that something changed, and then not too often', async () => {
    const s = await listed(new FakeSource([carol], []));
    await s.clock.wind(10_000);
    let told = 0;
    const watching = s.roll.watch(() => {
      told += 1;
    });
    s.feed.changes([announced(row('a', 'Carol'))], 0);
    expect(told).toBe(1);
    for (let count = 0; count < 9; count++) s.feed.changes([announced(row(`a${count}`, 'Carol'))], 0);
    expect(told).toBe(1);
    await s.clock.wind(liveGapMs);
    expect(told).toBe(2);
    await s.clock.wind(liveGapMs * 5);
    expect(told).toBe(2);
    watching[Symbol.dispose]();
    s.feed.changes([announced(row('c', 'Carol'))], 0);
    await s.clock.wind(liveGapMs);
    expect(told).toBe(2);
  });
});
