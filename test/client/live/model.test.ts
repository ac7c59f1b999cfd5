import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { userName } from '../../../src/base/names.ts';
import type { Change, PeerState, ResourceRow } from '../../../src/base/roll.ts';
import { contentSorts } from '../../../src/client/live/liveRoll.ts';
import { settle } from '../../support/fakeClock.ts';
import { NaiveRoll } from './naive.ts';
import { all, announced, FakeSource, id, joined, left, row, scene, stateOf, userRow, withdrawn } from './scene.ts';

const users = ['Bob', 'Carol', 'Dora D'];
const user = fc.constantFrom(...users);
const state = fc.constantFrom<PeerState>('alive', 'suspect');
/** The newest copy says what it is: which of two of one time is the newest, nobody can tell. */
let modified = 0;
const resource = fc
  .record({
    name: fc.constantFrom('a1', 'A2', 'a10', 'ä', 'b'),
    owner: user,
    content: fc.constantFrom('a', 'b', null),
    size: fc.constantFrom(3, 4),
    description: fc.constantFrom('red', 'green'),
    state,
  })
  .map(({ name, owner, content, ...more }): ResourceRow => {
    modified += 1;
    const what = content === null ? ({ id: null, size: null } as const) : { id: id(content) };
    return row(name, owner, { ...more, ...what, modified } as Partial<ResourceRow>);
  });
const change: fc.Arbitrary<Change> = fc.oneof(
  user.map(joined),
  user.map(left),
  fc.tuple(user, state).map(([who, now]) => stateOf(who, now)),
  resource.map(announced),
  resource.map(withdrawn),
  resource.map(announced),
);
const query = fc.record({
  pattern: fc.constantFrom(undefined, '', 'a', 'RED', 'bob a', 'dora', '1 2'),
  owner: fc.constantFrom(undefined, ...users.map((name) => userName(name))),
  sort: fc.constantFrom(...contentSorts),
  descending: fc.boolean(),
});

describe('a live roll, beside a naive one', () => {
  it('is the same after any changes, whether they came before, during or after a list', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 15 }),
        fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 5 }),
        fc.array(change, { maxLength: 15 }),
        fc.array(query, { minLength: 1, maxLength: 4 }),
        async (before, during, after, queries) => {
          const naive = new NaiveRoll();
          for (const one of before) naive.apply(one);
          const s = scene();
          const source = new FakeSource(
            naive.users.map((one) => ({ ...userRow(one.user), ...one })),
            [...naive.rows],
          );
          // A page is read at some moment: what changed until then is in it, and is told nevertheless.
          const news = [...during];
          source.hold = async () => {
            const changes = news.shift() ?? [];
            for (const one of changes) naive.apply(one);
            s.feed.changes(changes, 0);
          };
          s.feed.joined(source);
          await settle();
          for (const one of [...news.flat(), ...after]) {
            naive.apply(one);
            s.feed.changes([one], 0);
          }
          for (const asked of queries) {
            const found = s.roll.contents({ ...all, ...asked });
            const expected = naive.contents({ ...all, ...asked });
            expect(found.total).toBe(expected.length);
            const rows = found.rows.map(({ key: _, ...one }) => one);
            const text = (one: object): string => JSON.stringify(Object.entries(one).sort());
            // Of those that are equal by what they are sorted by, any order will do.
            expect(rows.map(text).sort()).toEqual(expected.map(text).sort());
            const by = (one: (typeof rows)[number]): unknown =>
              asked.sort === 'owners' ? one.owners.length : asked.sort === 'size' ? (one.size ?? -1) : one[asked.sort];
            expect(rows.map(by)).toEqual(expected.map(by));
          }
          const names = (list: readonly { user: string; state: string }[]): string[] =>
            list.map((one) => `${one.user} ${one.state}`).sort();
          expect(names(s.roll.users())).toEqual(names(naive.users));
          for (const one of s.roll.users()) {
            expect(one.resources).toBe(naive.rows.filter(({ owner }) => owner === one.user).length);
          }
          expect(s.roll.resources).toBe(naive.rows.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives each row once over its pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(resource, { maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        query,
        async (rows, limit, asked) => {
          const s = scene();
          s.feed.joined(new FakeSource([], []));
          await settle();
          s.feed.changes(rows.map(announced), 0);
          const whole = s.roll.contents({ ...all, ...asked });
          const keys: string[] = [];
          for (let offset = 0; offset < whole.total; offset += limit) {
            keys.push(...s.roll.contents({ ...asked, offset, limit }).rows.map(({ key }) => key));
          }
          expect(keys).toEqual(whole.rows.map(({ key }) => key));
          expect(new Set(keys).size).toBe(keys.length);
        },
      ),
      { numRuns: 100 },
    );
  });
});
