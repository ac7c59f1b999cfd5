import { describe, expect, test } from 'vitest';
import { leftBehind, Seat } from '../../../../src/client/download/fetch/seat.ts';
import { Source } from '../../../../src/client/download/fetch/source.ts';
import { OwnerFault } from '../../../../src/client/download/plan/faults.ts';
import { contentOf, type Scene, scene } from '../scene.ts';

const content = contentOf(100);
const why = new OwnerFault('cut', 'it is over');

async function seatOf(s: Scene): Promise<Seat> {
  const { owner } = await s.peer('Bob', [content]);
  const { signal } = new AbortController();
  return new Seat({ owner, is: 'whole' }, 0, (who) => new Source(who, { ...s.ports, signal, hasOther: () => false }));
}

describe('a seat', () => {
  test('uses a connection again once the request on it has ended, and opens another meanwhile', async () => {
    await using s = await scene();
    await using seat = await seatOf(s);
    const [first, second] = [seat.lane(), seat.lane()];
    expect(second).not.toBe(first);
    seat.giveBack(first);
    expect(seat.lane()).toBe(first);
  });

  test('uses no connection again that was broken off', async () => {
    await using s = await scene();
    await using seat = await seatOf(s);
    const lane = seat.lane();
    lane.breakOff(why);
    seat.giveBack(lane);
    expect(seat.lane()).not.toBe(lane);
  });

  test('that is given up breaks off all its connections', async () => {
    await using s = await scene();
    await using seat = await seatOf(s);
    const lanes = [seat.lane(), seat.lane()];
    seat.close(why);
    expect(lanes.map(({ over }) => over)).toEqual([true, true]);
    expect(seat.closing).toBe(true);
  });

  test.each([
    [2999, 'slow'],
    [3000, 'cut'],
  ])('that is left behind after %i ms without a sign of life was %s', async (silentMs, kind) => {
    await using s = await scene();
    await using seat = await seatOf(s);
    seat.heardAt = 1000;
    expect(leftBehind(seat, 1000 + silentMs).kind).toBe(kind);
  });
});
