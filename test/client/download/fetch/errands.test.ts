import { describe, expect, test } from 'vitest';
import { fingerprint } from '../../../../src/base/ids.ts';
import { layoutOf } from '../../../../src/base/layout.ts';
import { GiB, MiB } from '../../../../src/base/sizes.ts';
import { type Errand, Errands, mostErrands } from '../../../../src/client/download/fetch/errands.ts';
import { Seat } from '../../../../src/client/download/fetch/seat.ts';
import type { Ask } from '../../../../src/client/download/plan/swarm.ts';

const seat = (port: number): Seat =>
  new Seat(
    { owner: { address: '10.0.0.1', port, fingerprint: fingerprint('a'.repeat(64)), ticket: '' }, is: 'whole' },
    0,
    () => {
      throw new Error('nobody is to be asked here');
    },
  );
const [bob, sally] = [seat(1), seat(2)];
const ask = (id: number, of: Seat): Ask => ({ id, owner: of.key, want: { run: { first: id, count: 1 } } });

/** Errands that last until they are told to end. */
function scene(most: number): { errands: Errands; running: Map<number, Errand>; end(id: number): Promise<void> } {
  const running = new Map<number, Errand>();
  const ends = new Map<number, () => void>();
  const errands = new Errands(most, (errand) => {
    running.set(errand.ask.id, errand);
    return new Promise((resolve) => {
      ends.set(errand.ask.id, () => {
        running.delete(errand.ask.id);
        resolve();
      });
    });
  });
  const end = async (id: number): Promise<void> => {
    ends.get(id)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { errands, running, end };
}

describe('errands', () => {
  test('run up to a number at a time, the others in their order', async () => {
    const { errands, running, end } = scene(2);
    for (const id of [1, 2, 3, 4]) errands.add(ask(id, bob), bob);
    expect([...running.keys()]).toEqual([1, 2]);
    await end(1);
    expect([...running.keys()]).toEqual([2, 3]);
  });

  test('where they wait, one to an owner that does nothing goes first', async () => {
    const { errands, running, end } = scene(2);
    for (const id of [1, 2, 3]) errands.add(ask(id, bob), bob);
    errands.add(ask(4, sally), sally);
    await end(1);
    expect([...running.keys()]).toEqual([2, 4]);
  });

  test('that are cancelled while they wait never run', async () => {
    const { errands, running, end } = scene(1);
    errands.add(ask(1, bob), bob);
    errands.add(ask(2, bob), bob);
    expect(errands.cancel(2)).toBeUndefined();
    await end(1);
    expect([running.size, errands.none]).toEqual([0, true]);
  });

  test('that are cancelled while they run are handed over to be broken off', async () => {
    const { errands, running, end } = scene(1);
    errands.add(ask(1, bob), bob);
    const errand = errands.cancel(1);
    expect(errand).toBe(running.get(1));
    expect(errand?.cancelled).toBe(true);
    expect(errands.cancel(1)).toBeUndefined();
    expect(errands.none).toBe(false);
    await end(1);
    expect(errands.none).toBe(true);
  });

  test('of one owner are cleared once those that run are through, the others untouched', async () => {
    const { errands, running, end } = scene(2);
    errands.add(ask(1, bob), bob);
    errands.add(ask(2, sally), sally);
    errands.add(ask(3, bob), bob);
    let cleared = false;
    const clearing = errands.clear(bob).then(() => {
      cleared = true;
    });
    await end(2);
    expect([[...running.keys()], cleared]).toEqual([[1], false]);
    await end(1);
    await clearing;
    expect(running.size).toBe(0);
  });

  test("are an owner's from when they are added until they are through, what came written", async () => {
    const { errands, running, end } = scene(1);
    errands.add(ask(1, bob), bob);
    errands.add(ask(2, sally), sally);
    expect([errands.has(bob), errands.has(sally), errands.some(sally)]).toEqual([true, true, false]);
    for (const errand of running.values()) errands.ended(errand);
    expect([errands.has(bob), errands.none]).toEqual([true, false]);
    await end(1);
    expect([errands.has(bob), errands.has(sally)]).toEqual([false, true]);
    errands.cancel(2);
    await end(2);
    expect([errands.has(sally), errands.none]).toEqual([false, true]);
  });

  test('know whether all of them stand in line', () => {
    const { errands, running } = scene(2);
    errands.add(ask(1, bob), bob);
    errands.add(ask(2, sally), sally);
    expect([errands.someWait, errands.allWait]).toEqual([false, false]);
    const [one, two] = running.values();
    if (one !== undefined) one.waiting = true;
    expect([errands.someWait, errands.allWait]).toEqual([true, false]);
    if (two !== undefined) two.waiting = true;
    expect([errands.someWait, errands.allWait]).toEqual([true, true]);
  });
});

test.each([
  [[100], 80],
  [[256 * MiB], 80],
  [[4 * GiB], 20],
  [[100, 64 * GiB], 5],
])('a content of files of %j bytes has at most %i errands at a time', (files, most) => {
  expect(mostErrands(layoutOf(files))).toBe(most);
});
