import { expect, test } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { type ContentId, contentId } from '../../../src/base/ids.ts';
import { join } from '../../../src/client/session/join.ts';
import { maxPartialIds } from '../../../src/net/wire/control.ts';
import { settle } from '../../support/fakeClock.ts';
import { type ScriptedTracker, silence } from '../../support/scriptedTracker.ts';
import { announcement, world } from './world.ts';

const id = (at: number): ContentId => contentId(at.toString(16).padStart(64, '0'));
const [first, second] = [id(1), id(2)];

/** What each `partial` said, in order. */
const said = (tracker: ScriptedTracker): unknown[] =>
  tracker.calls.flatMap(({ method, params }) => (method === 'partial' ? [Object(params).ids] : []));

test('a session without a name registers with its port, beats, and passes pieces on', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join({ ...options, user: undefined });
  await member.partial([first]);
  await clock.wind(5000);
  const { instance, peerPort, agent } = options;
  expect(tracker.calls).toEqual([
    { method: 'register', link: 1, params: { instance, agent, peerPort } },
    { method: 'partial', link: 1, params: { ids: [first] } },
  ]);
  expect(tracker.beats.length).toBeGreaterThan(1);
});

test('each set takes the place of the one before, and the same set is told once', async () => {
  const { options, tracker } = await world();
  await using member = await join(options);
  await member.partial([]);
  await member.partial([first]);
  await member.partial([first, second, first]);
  await member.partial([]);
  expect(said(tracker)).toEqual([[first], [first, second], []]);
});

test('of many sets at once the last one is told, and the ones between may not be', async () => {
  const { options, tracker } = await world();
  await using member = await join(options);
  await Promise.all([member.partial([first]), member.partial([second]), member.partial([first, second])]);
  expect(said(tracker)).toEqual([[first, second]]);
});

test('of more contents than one message holds the last ones are told', async () => {
  const { options, tracker } = await world();
  await using member = await join(options);
  await member.partial(Array.from({ length: maxPartialIds + 2 }, (_, at) => id(at)));
  const [ids] = said(tracker).map((list) => list as string[]);
  expect([ids?.length, ids?.[0], ids?.at(-1)]).toEqual([maxPartialIds, id(2), id(maxPartialIds + 1)]);
});

test('it is told again after every reconnection', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  await member.partial([first]);
  for (const restart of [false, true]) {
    if (restart) tracker.forget();
    tracker.drop();
    await clock.wind(2000);
    expect(member.registered.resumed).toBe(!restart);
  }
  expect(said(tracker)).toEqual([[first], [first], [first]]);
});

test('what is said while the tracker is away is no failure, and told once it is back', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  await tracker.stop();
  await settle();
  await member.partial([first]);
  await member.partial([second]);
  await tracker.listen();
  await clock.wind(2000);
  expect(said(tracker)).toEqual([[second]]);
});

test('what is taken back while the link is away is taken back where the session is resumed, and not where it is new', async () => {
  for (const resumed of [true, false]) {
    const { options, tracker, clock } = await world();
    await using member = await join(options);
    await member.partial([first]);
    if (!resumed) tracker.forget();
    tracker.drop();
    await settle();
    await member.partial([]);
    await clock.wind(2000);
    expect(member.registered.resumed).toBe(resumed);
    expect(said(tracker)).toEqual(resumed ? [[first], []] : [[first]]);
  }
});

test('a session that passes nothing on says nothing of it', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  await member.announce([announcement('a.txt')]);
  tracker.drop();
  await clock.wind(2000);
  expect(said(tracker)).toEqual([]);
});

test('a link that breaks under it is no failure, and it is told again', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  tracker.scripts.set('partial', () => {
    tracker.scripts.clear();
    tracker.drop();
    return silence;
  });
  await member.partial([first]);
  await clock.wind(2000);
  expect(said(tracker)).toEqual([[first], [first]]);
});

test('a refusal is told with its code, and what was refused is said again after the next reconnection', async () => {
  const { options, tracker, clock } = await world();
  const warnings: string[] = [];
  const log = { ...options.log, warn: (fields: object) => void warnings.push(JSON.stringify(fields)) };
  await using member = await join({ ...options, log });
  tracker.scripts.set('partial', () => {
    throw new RollcallError('limit', 'too many');
  });
  await expect(member.partial([first])).rejects.toMatchObject({ code: 'limit', message: 'too many' });
  tracker.drop();
  await clock.wind(2000);
  expect(warnings).toContainEqual(expect.stringContaining('too many'));
  tracker.scripts.clear();
  tracker.drop();
  await clock.wind(2000);
  expect(said(tracker)).toEqual([[first], [first], [first]]);
});

test('a session that has ended takes nothing more', async () => {
  const { options } = await world();
  const member = await join(options);
  await member[Symbol.asyncDispose]();
  await expect(member.partial([first])).rejects.toMatchObject({ code: 'interrupted' });
});
