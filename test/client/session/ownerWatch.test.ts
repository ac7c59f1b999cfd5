import { describe, expect, test } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { type ContentId, contentId } from '../../../src/base/ids.ts';
import { join } from '../../../src/client/session/join.ts';
import type { Session } from '../../../src/client/session/session.ts';
import { visit } from '../../../src/client/session/visit.ts';
import { maxWatched } from '../../../src/net/wire/control.ts';
import { settle } from '../../support/fakeClock.ts';
import { type ScriptedTracker, silence } from '../../support/scriptedTracker.ts';
import { type World, world } from './world.ts';

const id = (at: number): ContentId => contentId(at.toString(16).padStart(64, '0'));
const [film, song] = [id(1), id(2)];

/** What each `watch` asked for, in order. */
const watched = (tracker: ScriptedTracker): unknown[] =>
  tracker.calls.flatMap(({ method, params }) => (method === 'watch' ? [Object(params).ids] : []));

/** Both kinds of session; how the link of each comes back once it is lost. */
const kinds: [string, (at: World) => Promise<Session>, (session: Session, at: World) => Promise<unknown>][] = [
  ['a membership', ({ options }) => join(options), (_, { clock }) => clock.wind(2000)],
  ['a visit', ({ options }) => visit({ ...options, user: undefined }), (session) => session.call('ping', {})],
];

describe.each(kinds)('%s', (_, open, comeBack) => {
  test('calls whoever watches a content when the tracker says that its owners changed', async () => {
    const at = await world();
    await using session = await open(at);
    const called: string[] = [];
    using _film = session.watchOwners(film, () => called.push('film'));
    using _again = session.watchOwners(film, () => called.push('film again'));
    using _song = session.watchOwners(song, () => called.push('song'));
    await settle();
    expect(watched(at.tracker).at(-1)).toEqual([film, song]);
    at.tracker.notify('owners', { id: film });
    await settle();
    expect(called).toEqual(['film', 'film again']);
    at.tracker.notify('owners', { id: id(3) });
    at.tracker.notify('owners', { id: song });
    await settle();
    expect(called).toEqual(['film', 'film again', 'song']);
  });

  test('watches a content until the last who watches it has stopped', async () => {
    const at = await world();
    await using session = await open(at);
    let calls = 0;
    const one = session.watchOwners(film, () => {
      calls += 1;
    });
    const two = session.watchOwners(film, () => {});
    await settle();
    one[Symbol.dispose]();
    one[Symbol.dispose]();
    await settle();
    expect(watched(at.tracker)).toEqual([[film]]);
    at.tracker.notify('owners', { id: film });
    await settle();
    expect(calls).toBe(0);
    two[Symbol.dispose]();
    await settle();
    expect(watched(at.tracker)).toEqual([[film], []]);
  });

  test('asks again on a new link, and then calls once, since nobody knows what was missed', async () => {
    const at = await world();
    await using session = await open(at);
    const called: number[] = [];
    using _watch = session.watchOwners(film, () => called.push(watched(at.tracker).length));
    await settle();
    at.tracker.drop();
    await settle();
    await comeBack(session, at);
    await settle();
    expect(watched(at.tracker)).toEqual([[film], [film]]);
    expect(called).toEqual([2]);
    at.tracker.notify('owners', { id: film });
    await settle();
    expect(called).toEqual([2, 2]);
  });

  test('asks for what is watched by then when the link is back', async () => {
    const at = await world();
    await using session = await open(at);
    const old = session.watchOwners(film, () => {});
    await settle();
    at.tracker.drop();
    await settle();
    old[Symbol.dispose]();
    using _watch = session.watchOwners(song, () => {});
    await comeBack(session, at);
    await settle();
    expect(watched(at.tracker)).toEqual([[film], [song]]);
  });

  test('asks for nothing on a new link where nothing is watched', async () => {
    const at = await world();
    await using session = await open(at);
    session.watchOwners(film, () => {})[Symbol.dispose]();
    await settle();
    const before = watched(at.tracker).length;
    at.tracker.drop();
    await settle();
    await comeBack(session, at);
    await settle();
    expect(watched(at.tracker).length).toBe(before);
  });

  test('says the last state only, where many change their mind at once', async () => {
    const at = await world();
    await using session = await open(at);
    at.tracker.scripts.set('watch', () => silence);
    const all = Array.from({ length: 20 }, (_, one) => session.watchOwners(id(one), () => {}));
    for (const one of all.slice(1)) one[Symbol.dispose]();
    await settle();
    expect(watched(at.tracker)).toEqual([[id(0)]]);
    at.tracker.scripts.clear();
    at.tracker.drop();
    await settle();
    await comeBack(session, at);
    await settle();
    expect(watched(at.tracker)).toEqual([[id(0)], [id(0)]]);
  });

  test('watches the last hundred of more contents than a message holds', async () => {
    const at = await world();
    await using session = await open(at);
    for (let one = 0; one <= maxWatched; one++) session.watchOwners(id(one), () => {});
    await settle();
    const ids = watched(at.tracker).at(-1) as string[];
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([maxWatched, id(1), id(maxWatched)]);
  });

  test('bears a tracker that refuses to tell', async () => {
    const at = await world();
    const said: string[] = [];
    at.options.log = { ...at.options.log, debug: (fields: object) => void said.push(JSON.stringify(fields)) };
    at.tracker.scripts.set('watch', () => {
      throw new RollcallError('limit', 'too many watches');
    });
    await using session = await open(at);
    using _watch = session.watchOwners(film, () => {});
    await settle();
    expect(said).toContainEqual(expect.stringContaining('too many watches'));
    await expect(session.call('ping', {})).resolves.toMatchObject({ time: expect.any(Number) });
  });
});
