import { expect, it } from 'vitest';
import { countOperations } from '../../src/server/operations.ts';
import { alice, Brain, failure } from './support/brain.ts';

it('counts each operation by how it ended, once it has', async () => {
  const brain = new Brain();
  const { tracker, operations } = countOperations(brain.tracker);
  const { caller } = brain.meet('a');
  const asked = tracker.ask(caller, { command: 'register', user: alice });
  expect(operations.total).toBe(0);
  expect(await asked).toEqual({});
  expect((await failure(tracker.ask(brain.meet('b').caller, { command: 'register', user: alice }))).code).toBe(
    'name-taken',
  );
  await tracker.ask(caller, { command: 'find' });
  await tracker.ask(caller, { command: 'find' });
  const counted = [...operations.byName].map(([name, outcomes]) => [name, Object.fromEntries(outcomes)]);
  expect(Object.fromEntries(counted)).toEqual({ register: { ok: 1, 'name-taken': 1 }, find: { ok: 2 } });
  expect(operations.total).toBe(4);
});
