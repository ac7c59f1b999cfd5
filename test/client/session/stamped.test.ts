import { expect, test } from 'vitest';
import { sleep } from '../../../src/base/clock.ts';
import { contentId } from '../../../src/base/ids.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import { join } from '../../../src/client/session/join.ts';
import { callMs, goodbyeMs } from '../../../src/client/session/limits.ts';
import { findAll } from '../../../src/client/session/roll.ts';
import { visit } from '../../../src/client/session/visit.ts';
import { settle } from '../../support/fakeClock.ts';
import { announcement, world } from './world.ts';

const stamp = '2026-05-01T14:03:00.123+02:00';

test('every operation of a member carries a stamp, and nothing else does', async () => {
  const { options, tracker } = await world();
  const member = await join({ ...options, stamp: () => stamp });
  await member.announce([announcement('a')]);
  await member.withdraw([resourceName('a')]);
  await member.partial([contentId('a'.repeat(64))]);
  for (const method of ['find', 'users'] as const) await member.call(method, {});
  await member.call('locate', { name: resourceName('a') });
  await member.call('report', { address: '10.0.0.9', port: 5000 });
  await member[Symbol.asyncDispose]();
  const stamped = tracker.calls
    .filter(({ params }) => JSON.stringify(params)?.includes(stamp))
    .map((one) => one.method);
  expect(stamped).toEqual(['register', 'announce', 'withdraw', 'find', 'users', 'locate', 'goodbye']);
  expect(tracker.methods()).toEqual(expect.arrayContaining(['partial', 'report']));
});

test('a visit stamps its registration, what frees its name, and its goodbye', async () => {
  const { options, tracker } = await world();
  const session = await visit({ ...options, stamp: () => stamp });
  await session.call('unregister', { user: userName('Sally') });
  await session[Symbol.asyncDispose]();
  expect(tracker.calls).toMatchObject(
    ['register', 'unregister', 'goodbye'].map((method) => ({ method, params: { stamp } })),
  );
});

test('further pages of a list carry no stamp', async () => {
  const { options, tracker } = await world();
  await using session = await visit({ ...options, user: undefined, stamp: () => stamp });
  tracker.scripts.set('find', (params) => ({
    rows: [],
    ...(JSON.stringify(params).includes('"cursor"') ? {} : { next: 'more' }),
  }));
  for await (const _ of findAll(session, {}));
  const [first, second] = tracker.calls.filter(({ method }) => method === 'find');
  expect(first?.params).toMatchObject({ stamp });
  expect(second?.params).toMatchObject({ cursor: 'more' });
  expect(second?.params).not.toHaveProperty('stamp');
});

test('an operation waits for its stamp, for half of its time at the most', async () => {
  const { options, tracker } = await world();
  const allowed: number[] = [];
  let give = (_: string): void => {};
  await using session = await visit({
    ...options,
    user: undefined,
    stamp: (withinMs) => {
      allowed.push(withinMs);
      return new Promise((resolve) => {
        give = resolve;
      });
    },
  });
  const asked = session.call('users', {});
  await settle();
  expect(tracker.methods()).toEqual(['ping']);
  give(stamp);
  await asked;
  expect(tracker.calls.at(-1)).toMatchObject({ method: 'users', params: { stamp } });
  expect(allowed).toEqual([callMs / 2]);
});

test('goodbye is said within its time, however long the stamp takes', async () => {
  const { options, tracker, clock } = await world();
  const joining = join({
    ...options,
    stamp: async (withinMs, signal) => {
      await sleep(clock, withinMs, signal);
      return stamp;
    },
  });
  await clock.wind(callMs);
  const member = await joining;
  const left = member[Symbol.asyncDispose]();
  await clock.wind(goodbyeMs / 2);
  await left;
  expect(tracker.calls.at(-1)).toMatchObject({ method: 'goodbye', params: { stamp } });
});

test('a call that is given up while it waits for its stamp ends with the reason, and is never sent', async () => {
  const { options, tracker } = await world();
  await using session = await visit({
    ...options,
    user: undefined,
    stamp: (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  });
  const stop = new AbortController();
  const asked = session.call('users', {}, stop.signal);
  await settle();
  stop.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
  expect(tracker.methods()).toEqual(['ping']);
});

test("waiting for a stamp does not make the tracker's clock look wrong", async () => {
  const { options, clock, tracker } = await world({ latencyMs: 40 });
  tracker.clockAheadMs = 90_000;
  const visiting = visit({
    ...options,
    stamp: async (_, signal) => {
      await sleep(clock, 2000, signal);
      return stamp;
    },
  });
  await clock.wind(5000);
  const session = await visiting;
  expect(session.tracker.clockOffsetMs).toBe(90_000);
  const leaving = session[Symbol.asyncDispose]();
  await clock.wind(5000);
  await leaving;
});
