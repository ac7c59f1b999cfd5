import { expect, test } from 'vitest';
import { deadline } from '../../../src/client/session/deadline.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const late = (): Error => new Error('late');

test('a deadline aborts at its time and not before', async () => {
  const clock = new FakeClock();
  const { signal } = deadline(clock, 1000, late);
  await clock.wind(999);
  expect(signal.aborted).toBe(false);
  await clock.wind(1);
  expect(signal.reason).toEqual(late());
});

test('the outer signal comes first, with its own reason', async () => {
  const clock = new FakeClock();
  const outer = new AbortController();
  const { signal } = deadline(clock, 1000, late, outer.signal);
  outer.abort(new Error('enough'));
  await clock.wind(1000);
  expect(signal.reason).toEqual(new Error('enough'));
});

test('an outer signal that has aborted before counts', () => {
  const { signal } = deadline(new FakeClock(), 1000, late, AbortSignal.abort(new Error('enough')));
  expect(signal.reason).toEqual(new Error('enough'));
});

test('a deadline that is over leaves no timer and no listener', async () => {
  const clock = new FakeClock();
  const outer = new AbortController();
  const limit = deadline(clock, 1000, late, outer.signal);
  limit[Symbol.dispose]();
  expect(clock.waiting).toBe(0);
  outer.abort();
  expect(limit.signal.aborted).toBe(false);
});
