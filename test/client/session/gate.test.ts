import { expect, test } from 'vitest';
import { Gate } from '../../../src/client/session/gate.ts';
import { settle } from '../../support/fakeClock.ts';

const never = new AbortController().signal;

test('an open gate lets through at once', async () => {
  const gate = new Gate<number>();
  gate.open(7);
  await expect(gate.pass(never)).resolves.toBe(7);
});

test('all who wait at a closed gate pass when it opens', async () => {
  const gate = new Gate<number>();
  const waiting = [gate.pass(never), gate.pass(never)];
  gate.open(7);
  await expect(Promise.all(waiting)).resolves.toEqual([7, 7]);
});

test('a gate that closes again in the same turn lets nobody through', async () => {
  const gate = new Gate<number>();
  let passed: number | undefined;
  const waiting = gate.pass(never).then((value) => {
    passed = value;
  });
  gate.open(7);
  gate.close();
  await settle();
  expect(passed).toBeUndefined();
  gate.open(8);
  await waiting;
  expect(passed).toBe(8);
});

test('a gate that is shut turns all away, with the first reason', async () => {
  const gate = new Gate<number>();
  const waiting = expect(gate.pass(never)).rejects.toThrow('over');
  gate.shut(new Error('over'));
  gate.shut(new Error('again'));
  await waiting;
  gate.open(7);
  await expect(gate.pass(never)).rejects.toThrow('over');
  expect(() => gate.throwIfShut()).toThrow('over');
});

test('whoever waits leaves when told to', async () => {
  const gate = new Gate<number>();
  const stop = new AbortController();
  const waiting = expect(gate.pass(stop.signal)).rejects.toThrow('enough');
  stop.abort(new Error('enough'));
  await waiting;
  await expect(gate.pass(stop.signal)).rejects.toThrow('enough');
});
