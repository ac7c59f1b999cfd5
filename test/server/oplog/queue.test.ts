import { describe, expect, it } from 'vitest';
import { CallQueue } from '../../../src/server/oplog/queue.ts';
import { settle } from '../../support/fakeClock.ts';
import { TrailScene } from '../trail/support.ts';

describe('the queue of calls', () => {
  it('takes no answer twice, none that nobody waits for, and none before its call was sent', async () => {
    using scene = new TrailScene();
    using follower = scene.trail.follow('log', () => {});
    for (const name of ['a', 'b', 'c']) scene.record(name);
    await settle();
    const queue = new CallQueue(follower);
    const [first, second] = [queue.take()?.xid ?? 0, queue.take()?.xid ?? 0];
    expect(queue.taken(second)).toBe(true);
    expect(queue.taken(second)).toBe(false);
    expect(queue.taken(second + 128)).toBe(false);
    expect(queue.underWay).toBe(2);
    expect(queue.taken(first)).toBe(true);
    expect(queue.underWay).toBe(0);
    expect(queue.taken(first)).toBe(false);
    expect(follower.next).toBe(3);
    expect(queue.isDone).toBe(false);
  });

  it('says what is done to the part of a row', async () => {
    using scene = new TrailScene();
    using follower = scene.trail.follow('log', () => {});
    scene.record('', { parameters: { count: 3, names: ['a', 'b', 'c'] } });
    await settle();
    const queue = new CallQueue(follower);
    const xids = [queue.take()?.xid ?? 0, queue.take()?.xid ?? 0];
    for (const xid of xids) queue.taken(xid);
    expect([follower.next, follower.parts]).toEqual([1, 2]);
    const again = new CallQueue(follower);
    expect(again.take()?.call.parameter).toBe('c');
    expect(again.take()).toBeUndefined();
  });
});
