import fc from 'fast-check';
import { expect, it } from 'vitest';
import { userName } from '../../../src/base/names.ts';
import type { Directory, Listing } from '../../../src/directory/directory.ts';
import { contentOf, namesOf, peerOf, resourceOf, session } from './samples.ts';
import { codeOf, label, labels, type MakeDirectory, sharing, walk } from './scene.ts';

const key = ({ peer, name, id }: Listing): string => `${name} ${id} ${peer.user} ${peer.session}`;

export function cursors(make: MakeDirectory): void {
  it('gives a page of 100 where nothing else is asked for, and says whether more follows', async () => {
    const names = Array.from({ length: 101 }, (_, index) => `file ${index}`);
    const directory = await sharing(make, names);
    const page = await directory.find({});
    expect([page.matches.length, page.more]).toEqual([100, true]);
    await directory.withdraw(session(1), namesOf('file 0'));
    const all = await directory.find({});
    expect([all.matches.length, all.more]).toEqual([100, false]);
  });

  it('says that no more follows where the rest is hidden', async () => {
    const directory = await sharing(make, ['a']);
    await directory.announce(session(2), [resourceOf('b', 1, { to: [] })]);
    expect((await directory.find({ limit: 1 })).more).toBe(false);
    expect((await directory.find({ limit: 1, viewer: userName('Ben') })).more).toBe(true);
  });

  it('lets a caller stop early: each match has the cursor of what follows it', async () => {
    const directory = await sharing(make, ['a', 'b', 'c', 'd']);
    const { matches } = await directory.find({});
    for (const [index, rest] of [['b', 'c', 'd'], ['c', 'd'], ['d'], []].entries()) {
      const page = await directory.find({ cursor: matches[index]?.cursor });
      expect(page.matches.map(({ row }) => row.name)).toEqual(rest);
    }
  });

  it('goes on behind a row that is gone', async () => {
    const directory = await sharing(make, ['a', 'b', 'c'], ['b']);
    const cursor = (await directory.find({ limit: 2 })).matches.at(-1)?.cursor;
    await directory.leave(session(1));
    await directory.leave(session(2));
    await directory.join(peerOf(1, 'Anna'));
    await directory.announce(session(1), [resourceOf('a'), resourceOf('bb'), resourceOf('d')]);
    expect(labels(await directory.find({ cursor }))).toEqual(['bb@Anna', 'd@Anna']);
  });

  it('goes on among the suspects of a name where it stopped', async () => {
    const directory = await sharing(make, ['n#1'], ['n#2', 'z']);
    await directory.update(session(1), { state: 'suspect' });
    expect((await walk((query) => directory.find(query), { limit: 1 })).map(label)).toEqual([
      'n@Ben',
      'n@Anna',
      'z@Ben',
    ]);
  });

  it('goes on in another search from the place of its cursor, with what that search shows', async () => {
    const directory = await sharing(make, ['abc#1', 'b', 'x#2', 'x1'], ['abc#2', 'b', 'x#1']);
    await directory.update(session(1), { state: 'suspect' });
    const { matches } = await directory.find({});
    const from = async (cursor: string | undefined, pattern: string): Promise<string[]> =>
      labels(await directory.find({ pattern, cursor }));
    expect(await from(matches[0]?.cursor, 'x')).toEqual(['x@Ben', 'x@Anna', 'x1@Anna']);
    expect(await from(matches[0]?.cursor, 'b')).toEqual(['abc@Anna', 'b@Ben', 'b@Anna']);
    expect(await from(matches[4]?.cursor, 'b')).toEqual([]);
    expect(await from(matches[4]?.cursor, 'x')).toEqual(['x@Anna', 'x1@Anna']);
    const ofOwner = await directory.find({ owner: userName('Anna'), cursor: matches[2]?.cursor });
    expect(labels(ofOwner)).toEqual(['b@Anna', 'x@Anna', 'x1@Anna']);
  });

  it('refuses a limit that is no page', async () => {
    const directory = await sharing(make, ['a']);
    for (const limit of [0, -1, 1.5, Number.NaN]) {
      expect(await codeOf(directory.find({ limit }))).toBe('usage');
      expect(await codeOf(directory.locate({ limit, name: resourceOf('a').name }))).toBe('usage');
      expect(await codeOf(directory.peers({ limit }))).toBe('usage');
    }
  });

  it('refuses the cursor of another list', async () => {
    const directory = await sharing(make, ['a', 'b#2']);
    const ofRow = (await directory.find({})).matches[0]?.cursor;
    const ofPeer = (await directory.peers({})).matches[0]?.cursor;
    expect(await codeOf(directory.find({ cursor: ofPeer }))).toBe('usage');
    expect(await codeOf(directory.peers({ cursor: ofRow }))).toBe('usage');
    expect(await codeOf(directory.locate({ cursor: ofRow, name: resourceOf('b').name }))).toBe('usage');
    expect(await codeOf(directory.locate({ cursor: ofRow, id: contentOf(2) }))).toBe('usage');
    expect(await codeOf(directory.locate({ cursor: ofRow, id: contentOf(1), owner: userName('Ben') }))).toBe('usage');
  });

  it('answers any text as a cursor with a page or with usage, and nothing else', async () => {
    const directory = await sharing(make, ['a', 'b']);
    const good = (await directory.find({})).matches[0]?.cursor ?? '';
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.base64String(),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
      fc.nat(good.length).map((end) => good.slice(0, end)),
      fc.tuple(fc.nat(good.length), fc.string()).map(([at, extra]) => good.slice(0, at) + extra + good.slice(at)),
      fc.constant('x'.repeat(100_000)),
    );
    await fc.assert(
      fc.asyncProperty(text, async (cursor) => {
        const asked = [
          directory.find({ cursor }),
          directory.locate({ cursor, name: resourceOf('a').name }),
          directory.peers({ cursor }),
        ];
        for (const code of await Promise.all(asked.map(codeOf))) expect([undefined, 'usage']).toContain(code);
      }),
    );
    expect(await codeOf(directory.find({ cursor: '' }))).toBe('usage');
    expect(await codeOf(directory.find({ cursor: `${good}=` }))).toBe('usage');
  });

  it('shows each row that stays exactly once, whatever else comes and goes between two pages', async () => {
    const name = fc.constantFrom('a', 'A', 'ab', 'b', 'ba', 'ß', 'ss');
    const row = fc.record({ user: fc.integer({ min: 1, max: 4 }), name, content: fc.integer({ min: 1, max: 3 }) });
    const state = fc.constantFrom('alive' as const, 'suspect' as const);
    const scene = fc.record({
      states: fc.array(state, { minLength: 4, maxLength: 4 }),
      stays: fc.array(row, { maxLength: 20 }),
      churn: fc.array(fc.record({ row, leave: fc.boolean(), state }), { maxLength: 40 }),
      limit: fc.integer({ min: 1, max: 4 }),
      pattern: fc.constantFrom('', 'a', 's'),
    });
    /** Whose rows come and go: the users of those that stay, in sessions of their own. */
    const restless = 10;
    const start = async ({ states, stays }: { states: ('alive' | 'suspect')[]; stays: Stay[] }): Promise<Directory> => {
      const directory = await make({ maxSessionResources: 100 });
      for (const [index, state] of states.entries()) {
        await directory.join(peerOf(index + 1, `user${index + 1}`, { state }));
        await directory.join(peerOf(index + 1 + restless, `user${index + 1}`));
      }
      for (const { user, name, content } of stays) await directory.announce(session(user), [resourceOf(name, content)]);
      return directory;
    };
    await fc.assert(
      fc.asyncProperty(scene, async ({ states, stays, churn, limit, pattern }) => {
        const directory = await start({ states, stays });
        const expected = (await directory.find({ pattern })).matches.map(({ row }) => key(row));
        const walked = await walk(
          (query) => directory.find(query),
          { limit, pattern },
          async (page) => {
            for (const { row, leave, state } of churn.slice(page * 3, page * 3 + 3)) {
              const of = session(row.user + restless);
              if (leave) await directory.leave(of);
              await directory.join(peerOf(of, `user${row.user}`, { state }));
              await directory.announce(of, [resourceOf(row.name, row.content)]);
            }
          },
        );
        expect(walked.filter(({ peer }) => peer.session < restless).map(key)).toEqual(expected);
      }),
    );
  });
}

type Stay = { user: number; name: string; content: number };
