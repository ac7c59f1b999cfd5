import { beforeEach, describe, expect, it } from 'vitest';
import { sleep } from '../../../../src/base/clock.ts';
import {
  firstTurnMs,
  lendAfterMs,
  lookAtReadersMs,
  partingMs,
  sliceBytes,
  yieldAfterMs,
} from '../../../../src/client/sharing/limits.ts';
import type { TurnRules } from '../../../../src/client/sharing/serve/turnRules.ts';
import { Turns } from '../../../../src/client/sharing/serve/turns.ts';
import { type Turn, type TurnedAway, Uploads } from '../../../../src/client/sharing/serve/uploads.ts';
import { FakeClock, settle } from '../../../support/fakeClock.ts';

const rules: TurnRules = {
  slots: 1,
  uploads: 3,
  uploadsOfAddress: 3,
  uploadsOfOne: 2,
  lendAfterMs,
  stalledMs: 60_000,
  yieldAfterMs,
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

const ask = (caller: string, until: AbortSignal = signal): Promise<Turn | TurnedAway> =>
  uploads.begin({ key: caller, address: `at ${caller}` }, 10, until);
const begin = async (caller: string, until: AbortSignal = signal): Promise<Turn> => {
  const turn = await ask(caller, until);
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

  it('begin at once where there are more slots from now on', async () => {
    await begin('a');
    const second = begin('b');
    await settle();
    uploads.slots = 2;
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
    const [second, third] = [ask('b'), ask('c')];
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

  it('that have to make room fail at their next chunk, and those who came instead have a turn', async () => {
    uploads = new Uploads(new Turns({ ...rules, slots: 2, uploads: 2 }), clock);
    const [first, second] = [await begin('a'), await begin('a')];
    first.handed(10);
    await clock.wind(yieldAfterMs);
    second.handed(10);
    second.taken();
    expect((await begin('b')).ready()).toBeUndefined();
    first.taken();
    expect(() => first.ready()).toThrow(expect.objectContaining({ code: 'interrupted' }));
    expect(second.ready()).toBeUndefined();
  });

  it('that have to make room while they wait for another turn fail there', async () => {
    uploads = new Uploads(new Turns({ ...rules, uploads: 2 }), clock);
    const first = await begin('a');
    const later = begin('a');
    first.handed(10);
    first.taken();
    const again = first.ready();
    const second = await later;
    await clock.wind(yieldAfterMs);
    second.handed(5);
    second.taken();
    const failed = expect(again).rejects.toMatchObject({ code: 'interrupted' });
    void ask('b');
    await failed;
    expect(second.ready()).toBeUndefined();
  });

  it('of slow readers with a few keys of two addresses keep nobody out for longer than they may', async () => {
    const real = { uploads: 64, uploadsOfAddress: 32, uploadsOfOne: 16, keptPlaces: 1000 };
    uploads = new Uploads(new Turns({ ...rules, ...real, slots: 16 }), clock);
    const open: Turn[] = [];
    /** Takes something now and then, and asks again whenever it is refused or cut. */
    const attack = async (which: number): Promise<void> => {
      for (let tried = 0; tried < 100; tried++) {
        const address = `10.0.0.${which % 2}`;
        const caller = new AbortController();
        const turn = await uploads.begin({ key: `slow ${which % 4}`, address }, 10, caller.signal);
        if ('place' in turn) await sleep(clock, 2000);
        else {
          open.push(turn);
          turn.handed(1);
          return;
        }
      }
    };
    for (let which = 0; which < real.uploads; which++) void attack(which);
    for (let wound = 0; wound < 100 && open.length < real.uploads; wound++) await clock.wind(1000);
    expect(open.length).toBe(real.uploads);
    for (const turn of open) turn.taken();
    for (const turn of open) turn.handed(1);
    await clock.wind(yieldAfterMs);
    for (const caller of ['a', 'b', 'c']) {
      const honest = begin(caller);
      await clock.wind(firstTurnMs - 1);
      expect((await honest).ready()).toBeUndefined();
    }
  });

  it('begin no more once quiet is waited for, and are quiet when the last one has ended', async () => {
    const [first, second] = [await begin('a'), begin('b')];
    const quiet = uploads.quiet(signal).then(() => 'quiet');
    expect(await ask('c')).toEqual({ place: undefined });
    first[Symbol.dispose]();
    const turn = await second;
    expect(turn.ready()).toBeUndefined();
    expect(await Promise.race([quiet, settle()])).toBeUndefined();
    turn[Symbol.dispose]();
    expect(await quiet).toBe('quiet');
    expect(clock.waiting).toBe(0);
    await uploads.quiet(signal);
    expect(await ask('c')).toEqual({ place: undefined });
  });

  it('keep nobody waiting for quiet for longer than a minute', async () => {
    await begin('a');
    const quiet = uploads.quiet(signal).then(() => 'quiet');
    await clock.wind(partingMs - 1);
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
    expect(clock.waiting).toBe(0);
  });
});
