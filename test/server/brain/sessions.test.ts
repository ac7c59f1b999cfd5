import { describe, expect, it } from 'vitest';
import { instanceId } from '../../../src/base/ids.ts';
import { inTurn, type Session, Sessions } from '../../../src/server/brain/sessions.ts';
import { settle } from '../../support/fakeClock.ts';
import { alice, key } from '../support/brain.ts';

const who = { user: alice, fingerprint: key('a'), since: 0, address: '10.0.0.4' };
const add = (sessions: Sessions, digit: string): Session =>
  sessions.add({ ...who, instance: instanceId(digit.repeat(32)) });

describe('sessions', () => {
  it('have ids that carry the tag of this run, and never repeat', () => {
    const sessions = new Sessions(2 ** 20 - 1, 10);
    const first = add(sessions, '1');
    sessions.remove(first);
    const second = add(sessions, '1');
    expect([first.id, second.id]).toEqual([2 ** 52 - 2 ** 32 + 1, 2 ** 52 - 2 ** 32 + 2]);
    expect(sessions.get(first.id)).toBeUndefined();
    expect(sessions.ofInstance(key('a'), second.instance)).toBe(second);
  });

  it('are no more than the limit, and one that ends makes room', () => {
    const sessions = new Sessions(1, 1);
    const first = add(sessions, '1');
    expect(() => add(sessions, '2')).toThrow('takes 1 sessions');
    sessions.remove(first);
    expect(add(sessions, '2').user).toBe('alice');
  });
});

describe('what is done in turn', () => {
  it('waits for what was asked before, however long that takes, and for a failure too', async () => {
    const session = add(new Sessions(1, 1), '1');
    const done: string[] = [];
    let finish: () => void = () => {};
    const first = inTurn(session, async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      done.push('first');
      throw new Error('the directory is away');
    });
    const second = inTurn(session, async () => void done.push('second'));
    await settle();
    expect(done).toEqual([]);
    finish();
    await expect(first).rejects.toThrow('the directory is away');
    await second;
    expect(done).toEqual(['first', 'second']);
  });

  it('of one session does not wait for another', async () => {
    const sessions = new Sessions(1, 2);
    void inTurn(add(sessions, '1'), () => new Promise(() => {}));
    await expect(inTurn(add(sessions, '2'), async () => 'done')).resolves.toBe('done');
  });
});
