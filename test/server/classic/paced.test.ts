import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { resourceName } from '../../../src/base/names.ts';
import type { Caller } from '../../../src/server/brain/sessions.ts';
import { maxQuestionsAtOnce, maxQuestionsPerAddress } from '../../../src/server/classic/limits.ts';
import { paced } from '../../../src/server/classic/paced.ts';
import { Brain } from '../support/brain.ts';

/** A tracker that takes note of who is answered. */
function scene() {
  const brain = new Brain();
  const answered: string[] = [];
  const tracker = paced({
    ...brain.tracker,
    async ask(caller, command, stamp) {
      answered.push(caller.connection.remote);
      return brain.tracker.ask(caller, command, stamp);
    },
  });
  return { answered, tracker, at: (remote: string): Caller => brain.meet('a', remote).caller };
}

/** As long as promises alone can make it. */
async function moment(): Promise<void> {
  for (let turn = 0; turn < 1000; turn++) await undefined;
}

describe('questions in dialects', () => {
  it('of one address are answered a few at a time, and all in the end', async () => {
    const { answered, tracker, at } = scene();
    const caller = at('10.0.0.1');
    const asked = Array.from({ length: 50 }, () => tracker.ask(caller, { command: 'users' }));
    await moment();
    expect(answered).toHaveLength(maxQuestionsPerAddress);
    await setImmediate();
    await moment();
    expect(answered.length).toBeLessThanOrEqual(2 * maxQuestionsPerAddress);
    await Promise.all(asked);
    expect(answered).toHaveLength(50);
  });

  it('of many addresses are answered some at a time, and each address gets its share', async () => {
    const { answered, tracker, at } = scene();
    for (let address = 1; address <= 30; address++) {
      const caller = at(`10.0.0.${address}`);
      for (let time = 0; time < 10; time++) {
        void tracker.ask(caller, { command: 'locate', name: resourceName('x'), dialect: 'hello' });
      }
    }
    await moment();
    expect(answered).toHaveLength(maxQuestionsAtOnce);
    const late = tracker.ask(at('10.0.1.1'), { command: 'find' });
    await late;
    expect(answered.length).toBeLessThan(60);
  });

  it('do not hold up what is no question', async () => {
    const { answered, tracker, at } = scene();
    const caller = at('10.0.0.1');
    for (let time = 0; time < 10; time++) void tracker.ask(caller, { command: 'find' });
    await tracker.ask(caller, { command: 'ping' });
    expect(answered).toHaveLength(maxQuestionsPerAddress + 1);
  });
});
