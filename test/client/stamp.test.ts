import { describe, expect, it } from 'vitest';
import { isoDate } from '../../src/base/dates.ts';
import { RollcallError } from '../../src/base/errors.ts';
import { openStamp } from '../../src/client/stamp.ts';
import { FakeClock, settle } from '../support/fakeClock.ts';

const theirs = '2026-05-01T14:03:00.123+02:00';
const never = new AbortController().signal;

/** A stamp with a service that answers when it is told to. */
function serviced() {
  const clock = new FakeClock();
  const failures: string[] = [];
  const questions: { answer(stamp: string): void; fail(why: string): void }[] = [];
  const stamp = openStamp({
    clock,
    failed: (why) => void failures.push(why),
    ask: () =>
      new Promise((resolve, reject) => {
        questions.push({ answer: resolve, fail: (why) => reject(new RollcallError('unreachable', why)) });
      }),
  });
  return { clock, failures, questions, stamp, own: (): string => isoDate(clock.wall()) };
}

describe('a stamp', () => {
  it("is the own clock's, at once, where no service was named", () => {
    const clock = new FakeClock();
    const stamp = openStamp({ clock, failed: () => {} });
    expect(stamp(1000, never)).toBe(isoDate(clock.wall()));
    expect(stamp(1000, never)).toMatch(/^2030-01-01T\d\d:\d\d:00\.000[+-]\d\d:\d\d$/);
  });

  it("is the service's, which is asked for each operation", async () => {
    const { stamp, questions, clock } = serviced();
    for (const answer of [theirs, '2026-05-01T14:03:01.000+02:00']) {
      const stamped = stamp(1000, never);
      questions.at(-1)?.answer(answer);
      expect(await stamped).toBe(answer);
    }
    expect(questions).toHaveLength(2);
    expect(clock.waiting).toBe(0);
  });

  it('is asked for once where operations are asked at once', async () => {
    const { stamp, questions } = serviced();
    const both = Promise.all([stamp(1000, never), stamp(1000, never)]);
    questions[0]?.answer(theirs);
    expect(await both).toEqual([theirs, theirs]);
    expect(questions).toHaveLength(1);
  });

  it("is the own clock's for 30 s after the service failed, which is told once; then it is asked again", async () => {
    const { stamp, questions, failures, clock, own } = serviced();
    const first = stamp(1000, never);
    questions[0]?.fail('it is away');
    expect(await first).toBe(own());
    await clock.wind(29_999);
    expect(stamp(1000, never)).toBe(own());
    expect(failures).toEqual(['it is away']);
    expect(questions).toHaveLength(1);
    await clock.wind(1);
    const again = stamp(1000, never);
    questions[1]?.answer(theirs);
    expect(await again).toBe(theirs);
    expect(failures).toHaveLength(1);
  });

  it("is the own clock's once the operation can wait no longer, which is no failure", async () => {
    const { stamp, failures, questions, clock, own } = serviced();
    let got: string | undefined;
    void Promise.resolve(stamp(500, never)).then((text) => {
      got = text;
    });
    await clock.wind(499);
    expect(got).toBeUndefined();
    await clock.wind(1);
    expect(got).toBe(own());
    questions[0]?.answer(theirs);
    await settle();
    expect(failures).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  it('is given up with the operation', async () => {
    const { stamp, clock } = serviced();
    const stop = new AbortController();
    const stamped = stamp(1000, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(stamped).rejects.toThrow('stopped');
    await expect(stamp(1000, stop.signal)).rejects.toThrow('stopped');
    expect(clock.waiting).toBe(0);
  });
});
