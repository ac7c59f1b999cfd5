import { describe, expect, test } from 'vitest';
import type { PieceRun } from '../../../../src/base/layout.ts';
import { MiB } from '../../../../src/base/sizes.ts';
import { Batches } from '../../../../src/client/download/journal/batches.ts';
import type { Part } from '../../../../src/client/download/journal/part.ts';
import { FakeClock, settle } from '../../../support/fakeClock.ts';

/** Files whose syncs wait to be let through; all that happens is noted in order. */
function stage(batchBytes = 4 * MiB): {
  clock: FakeClock;
  batches: Batches;
  events: string[];
  /** Parts that are held, once for each hold. */
  held: number[];
  recorded: PieceRun[];
  part(number: number): Part;
  /** Ends the oldest sync that is under way. */
  synced(error?: Error): Promise<void>;
} {
  const clock = new FakeClock();
  const events: string[] = [];
  const held: number[] = [];
  const recorded: PieceRun[] = [];
  const syncs: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const batches = new Batches({
    clock,
    batchBytes,
    async record(runs) {
      events.push('record');
      recorded.push(...runs);
    },
  });
  return {
    clock,
    batches,
    events,
    held,
    recorded,
    part: (number) => ({
      datasync: () =>
        new Promise((resolve, reject) => {
          events.push(`sync ${number}`);
          syncs.push({ resolve, reject });
        }),
      hold: () => void held.push(number),
      release: () => void held.splice(held.indexOf(number), 1),
    }),
    async synced(error) {
      const sync = syncs.shift();
      if (error === undefined) sync?.resolve();
      else sync?.reject(error);
      await settle();
    },
  };
}

describe('a batch', () => {
  test('is recorded only after its bytes were synced', async () => {
    const { batches, events, recorded, part, synced } = stage();
    const file = part(7);
    for (const index of [2, 0, 1, 9]) void batches.add(file, index, MiB);
    expect(events).toEqual(['sync 7']);
    await settle();
    expect(recorded).toEqual([]);
    await synced();
    expect(events).toEqual(['sync 7', 'record']);
    expect(recorded).toEqual([
      { first: 0, count: 3 },
      { first: 9, count: 1 },
    ]);
  });

  test('starts when it is full and not a byte before', () => {
    const { batches, events, part } = stage();
    const file = part(0);
    void batches.add(file, 0, 4 * MiB - 1);
    expect(events).toEqual([]);
    void batches.add(file, 1, 1);
    expect(events).toEqual(['sync 0']);
  });

  test('that is not full starts after two seconds and not a millisecond before', async () => {
    const { batches, clock, events, part } = stage();
    void batches.add(part(0), 0, 1);
    await clock.wind(1999);
    expect(events).toEqual([]);
    await clock.wind(1);
    expect(events).toEqual(['sync 0']);
  });

  test('gathers while another is synced, and holds nobody until it is full too', async () => {
    const { batches, events, part, synced } = stage();
    const file = part(0);
    void batches.add(file, 0, 4 * MiB);
    expect(batches.add(file, 1, 4 * MiB - 1)).toBeUndefined();
    let held = true;
    const hold = Promise.resolve(batches.add(file, 2, 1)).then(() => {
      held = false;
    });
    await settle();
    expect(held).toBe(true);
    expect(events).toEqual(['sync 0']);
    await synced();
    await hold;
    expect(events).toEqual(['sync 0', 'record', 'sync 0']);
  });

  test('that failed to sync is never recorded, nor is anything after it', async () => {
    const { batches, recorded, part, synced } = stage();
    const file = part(0);
    void batches.add(file, 0, 4 * MiB);
    void batches.add(file, 1, 1);
    await synced(new Error('EIO'));
    expect(() => batches.add(file, 2, MiB)).toThrow('EIO');
    await expect(batches.flush()).rejects.toThrow('EIO');
    expect(recorded).toEqual([]);
  });

  test('with many small files is full at 64 of them', () => {
    const { batches, events, part } = stage();
    for (let number = 0; number < 63; number++) void batches.add(part(number), 0, 10);
    expect(events).toEqual([]);
    void batches.add(part(63), 0, 10);
    expect(events).toHaveLength(64);
  });
});

describe('a flush', () => {
  test('waits for all that was added, in as many batches as it takes', async () => {
    const { batches, recorded, part, synced } = stage();
    const file = part(0);
    void batches.add(file, 0, 4 * MiB);
    void batches.add(file, 1, 1);
    let flushed = false;
    const flush = batches.flush().then(() => {
      flushed = true;
    });
    await synced();
    expect(flushed).toBe(false);
    await synced();
    await flush;
    expect(recorded.map(({ first }) => first)).toEqual([0, 1]);
  });

  test('of nothing syncs nothing', async () => {
    const { batches, events } = stage();
    await batches.flush();
    expect(events).toEqual([]);
  });

  test('leaves no timer behind', async () => {
    const { batches, clock, part, synced } = stage();
    void batches.add(part(0), 0, 1);
    const flush = batches.flush();
    await synced();
    await flush;
    expect(clock.waiting).toBe(0);
  });
});

describe('a part', () => {
  test('is held once from its first piece of a batch until that is recorded', async () => {
    const { batches, held, part, synced } = stage();
    const file = part(3);
    void batches.add(file, 0, 1);
    void batches.add(file, 1, 1);
    const flush = batches.flush();
    expect(held).toEqual([3]);
    await synced();
    await flush;
    expect(held).toEqual([]);
  });

  test('is let go of when the batches are closed', async () => {
    const { batches, clock, held, part } = stage();
    void batches.add(part(3), 0, 1);
    await batches.close();
    expect(held).toEqual([]);
    expect(clock.waiting).toBe(0);
  });
});
