import { beforeEach, describe, expect, it } from 'vitest';
import { contentId } from '../../../../src/base/ids.ts';
import { deliveryGapMs, knownDeliveries } from '../../../../src/client/sharing/limits.ts';
import { Deliveries } from '../../../../src/client/sharing/serve/deliveries.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { fingerprintOf } from '../support.ts';

const content = contentId('ab'.repeat(32));
const other = contentId('cd'.repeat(32));
const bob = { key: 'bob', address: '10.0.0.2', fingerprint: fingerprintOf('bob') };
const guest = { key: 'at 10.0.0.3', address: '10.0.0.3' };
let clock: FakeClock;
let deliveries: Deliveries;

beforeEach(() => {
  clock = new FakeClock();
  deliveries = new Deliveries(clock);
});

describe('what somebody fetches', () => {
  it('is one, however many requests it takes', async () => {
    const first = deliveries.begin(bob, content, 100);
    const second = deliveries.begin(bob, content, 100);
    first.taken(30);
    second.taken(10);
    first.ended();
    second.ended();
    await clock.wind(deliveryGapMs - 1);
    deliveries.begin(bob, content, 100).taken(20);
    expect(deliveries.list()).toEqual([
      {
        id: '1',
        content,
        size: 100,
        fingerprint: bob.fingerprint,
        address: '10.0.0.2',
        bytes: 60,
        rate: expect.any(Number),
        since: clock.wall() - (deliveryGapMs - 1),
      },
    ]);
  });

  it('is another where he comes back after a while, or wants another content', async () => {
    deliveries.begin(bob, content, 100).ended();
    deliveries.begin(bob, other, 7);
    await clock.wind(deliveryGapMs);
    deliveries.begin(bob, content, 100);
    expect(deliveries.list().map(({ id, content: what, size }) => [id, what, size])).toEqual([
      ['2', other, 7],
      ['3', content, 100],
    ]);
  });

  it('is over once nothing was asked for a while, and not while something is sent', async () => {
    const slow = deliveries.begin(bob, content, 100);
    deliveries.begin(guest, content, 100).ended();
    await clock.wind(deliveryGapMs - 1);
    expect(deliveries.list().map(({ fingerprint }) => fingerprint)).toEqual([bob.fingerprint, null]);
    await clock.wind(1);
    expect(deliveries.list().map(({ address }) => address)).toEqual(['10.0.0.2']);
    slow.ended();
    await clock.wind(deliveryGapMs);
    expect(deliveries.list()).toEqual([]);
  });

  it('has a rate, which falls when nothing goes any more', async () => {
    const sending = deliveries.begin(bob, content, 1e9);
    for (let second = 0; second < 5; second++) {
      await clock.wind(1000);
      sending.taken(2000);
    }
    const [going] = deliveries.list();
    expect(going?.rate).toBe(2000);
    for (let second = 0; second < 10; second++) {
      await clock.wind(1000);
      deliveries.list();
    }
    expect(deliveries.list()[0]?.rate).toBe(0);
  });

  it('is forgotten by itself, though nobody looks', async () => {
    for (let count = 0; count < knownDeliveries; count++) {
      deliveries.begin({ key: `k${count}`, address: 'a' }, content, 1).ended();
    }
    await clock.wind(deliveryGapMs);
    deliveries.begin(bob, content, 1);
    expect(deliveries.list()).toHaveLength(1);
  });
});
