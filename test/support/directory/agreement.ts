import fc from 'fast-check';
import { expect, it } from 'vitest';
import { userName } from '../../../src/base/names.ts';
import type { Announced } from '../../../src/base/roll.ts';
import type { Directory, FindQuery, Listing, LocateQuery } from '../../../src/directory/directory.ts';
import { NaiveDirectory } from './naive.ts';
import { contentOf, peerOf, resourceOf, session, unverifiedOf } from './samples.ts';
import { codeOf, type MakeDirectory, walk } from './scene.ts';

type Act = (directory: Directory) => Promise<unknown>;

const users = ['Anna', 'Ben', 'Ärne'].map(userName);
const user = fc.constantFrom(...users);
const someUser = fc.option(user, { nil: undefined });
const someSession = fc.integer({ min: 1, max: 5 }).map(session);
const name = fc.constantFrom('a', 'A', 'aa', 'ab.txt', 'Ab.TXT', 'b', 'straße', 'STRASSE', '東京', '😀', '\uffee');
const content = fc.integer({ min: 1, max: 3 });
const state = fc.constantFrom('alive' as const, 'suspect' as const);
const audience = fc.option(fc.uniqueArray(user, { maxLength: 2 }), { nil: undefined, freq: 2 });
const resource: fc.Arbitrary<Announced> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({ name, content, to: audience })
      .map(({ name, content, to }) => resourceOf(name, content, to && { to })),
  },
  fc
    .record({ name, spelling: fc.constantFrom(undefined, '/home/a') })
    .map(({ name, spelling }) => unverifiedOf(name, spelling)),
);
const dialect = fc.constantFrom('hello' as const, 'fields' as const);
const answered = fc.uniqueArray(dialect, { maxLength: 2 });

/** Of what is returned by session, in whatever order. */
const sorted = (listings: readonly Listing[]): Listing[] =>
  [...listings].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));

const change: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ of: someSession, user, state, dialects: answered }).map(
    ({ of, user, state, dialects }): Act =>
      (directory) =>
        directory.join(peerOf(of, user, { state, dialects })),
  ),
  fc.record({ of: someSession, state }).map(
    ({ of, state }): Act =>
      (directory) =>
        directory.update(of, { state }),
  ),
  someSession.map(
    (of): Act =>
      async (directory) =>
        sorted(await directory.leave(of)),
  ),
  {
    weight: 3,
    arbitrary: fc.record({ of: someSession, resources: fc.array(resource, { maxLength: 6 }) }).map(
      ({ of, resources }): Act =>
        async (directory) => {
          const announcing = directory.announce(of, resources);
          return (await codeOf(announcing)) ?? sorted(await announcing);
        },
    ),
  },
  fc.record({ of: someSession, resources: fc.array(resource, { maxLength: 4 }) }).map(
    ({ of, resources }): Act =>
      async (directory) =>
        sorted(
          await directory.withdraw(
            of,
            resources.map(({ name }) => name),
          ),
        ),
  ),
);

const someDialect = fc.option(dialect, { nil: undefined, freq: 2 });
const page = { owner: someUser, viewer: someUser, dialect: someDialect, limit: fc.integer({ min: 1, max: 8 }) };
const findQuery: fc.Arbitrary<FindQuery> = fc.record({
  ...page,
  pattern: fc.constantFrom(undefined, '', 'a', 'B', 'ß', 'ss', 'txt', '京', 'x', '😀'),
});
const locateQuery: fc.Arbitrary<LocateQuery> = fc.oneof(
  fc.record({ ...page, name: name.map((text) => resourceOf(text).name) }),
  fc.record({ ...page, id: content.map(contentOf) }),
);
const question: fc.Arbitrary<Act> = fc.oneof(
  findQuery.map(
    (query): Act =>
      (directory) =>
        walk((asked) => directory.find(asked), query),
  ),
  locateQuery.map(
    (query): Act =>
      (directory) =>
        walk((asked) => directory.locate(asked), query),
  ),
  page.limit.map(
    (limit): Act =>
      (directory) =>
        walk((asked) => directory.peers(asked), { limit }),
  ),
  fc.constant<Act>((directory) => directory.counts()),
);

export function agreement(make: MakeDirectory): void {
  it('answers every question as an array with a filter and a sort does, after any changes', async () => {
    const acts = fc.array(fc.oneof({ weight: 3, arbitrary: change }, { weight: 2, arbitrary: question }), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(acts, async (chosen) => {
        const [directory, model] = [await make({ maxSessionResources: 8 }), new NaiveDirectory(8)];
        for (const act of chosen) expect(await act(directory)).toEqual(await act(model));
      }),
      { numRuns: 300 },
    );
  });
}
