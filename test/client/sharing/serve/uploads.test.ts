import { beforeEach, describe, expect, it } from 'vitest';
import {
  calmMs,
  firstTurnMs,
  lendAfterMs,
  lookAtReadersMs,
  sliceBytes,
} from '../../../../src/client/sharing/limits.ts';
import { type TurnRules, Turns } from '../../../../src/client/sharing/serve/turns.ts';
import { type Turn, Uploads } from '../../../../src/client/sharing/serve/uploads.ts';
import { FakeClock, settle } from '../../../support/fakeClock.ts';

const rules: TurnRules = {
  slots: 1,
  uploads: 3,
  uploadsOfOne: 2,
  lendAfterMs,
  keepPlaceMs: 5000,
  keptPlaces: 10,
};
const signal = new AbortController().signal;
let clock: FakeClock;
let uploads: Uploads;

beforeEach(() => {
  clock = new FakeClock();
  uploads = new Uploads(new Turns(rules), clock);
});

const begin = async (caller: string, until: AbortSignal = signal): Promise<Turn> => {
  const turn = await uploads.begin(caller, 10, until);
  if ('place' in turn) throw new Error(`${caller} is in place ${turn.place}`);
  return turn;
};

describe('uploads', () => {
  it('begin at once where nobody waits, and leave no timer', async () => {
    const turn = await begin('a');
    expect([turn.ready(), turn.most, clock.waiting]).toEqual([undefined, Number.POSITIVE_INFINITY, 0]);
  });

  it('wait for the one before, whose chunks are small meanwhile', async () => {
    const first = await begin('a');
    const second = begin('b');
    expect(first.most).toBe(sliceBytes);
    first[Symbol.dispose]();
    expect((await second).ready()).toBeUndefined();
    expect(clock.waiting).toBe(0);
  });

  it('take turns', async () => {
    const first = await begin('a');
    const second = begin('b');
    first.handed(10);
    first.taken();
    const again = first.ready();
    expect(again).toBeInstanceOf(Promise);
    const turn = await second;
    turn.handed(10);
    turn.taken();
    await again;
    expect(first.ready()).toBeUndefined();
  });

  it('are told their place 5 s later and not before, and have it when they come back', async () => {
    const first = await begin('a');
    const [second, third] = [uploads.begin('b', 10, signal), uploads.begin('c', 10, signal)];
    await clock.wind(firstTurnMs - 1);
    expect(await Promise.race([second, third, settle()])).toBeUndefined();
    await clock.wind(1);
    expect([await second, await third]).toEqual([{ place: 1 }, { place: 2 }]);
    const [thirdAgain, secondAgain] = [begin('c'), begin('b')];
    first[Symbol.dispose]();
    const turn = await secondAgain;
    expect(await Promise.race([thirdAgain, settle()])).toBeUndefined();
    turn[Symbol.dispose]();
    await thirdAgain;
  });

  it('lend their turn out while their readers take nothing', async () => {
    const first = await begin('a');
    first.handed(1);
    const second = begin('b');
    await clock.wind(lendAfterMs + lookAtReadersMs);
    await second;
    first.taken();
    expect(first.ready()).toBeInstanceOf(Promise);
  });

  it('whose callers go while they wait make room, and end', async () => {
    const first = await begin('a');
    const caller = new AbortController();
    const second = begin('b', caller.signal);
    const third = begin('c');
    caller.abort();
    const turn = await second;
    expect(turn.ready()).toBeUndefined();
    first[Symbol.dispose]();
    await third;
    expect(clock.waiting).toBe(0);
  });

  it('that end while they wait for another turn go on to their end', async () => {
    const first = await begin('a');
    const second = begin('b');
    first.handed(10);
    first.taken();
    const again = first.ready();
    await second;
    first[Symbol.dispose]();
    await again;
    first[Symbol.dispose]();
    expect(clock.waiting).toBe(0);
  });

  it('are quiet once none is under way and none has been for a moment', async () => {
    await uploads.quiet(signal);
    const turn = await begin('a');
    const quiet = uploads.quiet(signal).then(() => 'quiet');
    await clock.wind(calmMs);
    turn[Symbol.dispose]();
    await clock.wind(calmMs - 1);
    const other = await begin('a');
    other[Symbol.dispose]();
    await clock.wind(calmMs - 1);
    expect(await Promise.race([quiet, settle()])).toBeUndefined();
    await clock.wind(1);
    expect(await quiet).toBe('quiet');
  });

  it('are waited for no longer than the signal says', async () => {
    await begin('a');
    const caller = new AbortController();
    const quiet = uploads.quiet(caller.signal);
    caller.abort(new Error('enough'));
    await expect(quiet).rejects.toThrow('enough');
  });
});
