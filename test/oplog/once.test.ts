import { describe, expect, it } from 'vitest';
import type { Written } from '../../src/oplog/journal.ts';
import { rememberMs } from '../../src/oplog/limits.ts';
import { Once } from '../../src/oplog/once.ts';
import { FakeClock } from '../support/fakeClock.ts';

interface Open {
  clock: FakeClock;
  /** The lines that were appended, with whom to tell. */
  lines: { line: string; written: Written }[];
  told: boolean[];
  call(key: string, connection?: number): void;
}

function open(limit?: number): Open {
  const clock = new FakeClock();
  const lines: Open['lines'] = [];
  const told: boolean[] = [];
  const once = new Once((line, written) => lines.push({ line, written }), clock, limit);
  return {
    clock,
    lines,
    told,
    call: (key, connection) => once.append({ key, connection, line: key }, (written) => told.push(written)),
  };
}

describe('a call that comes again', () => {
  it('is told the outcome of the first, and appends nothing', () => {
    const { lines, told, call } = open();
    call('a');
    call('a');
    expect(told).toEqual([]);
    lines[0]?.written(true);
    call('a');
    expect(told).toEqual([true, true, true]);
    expect(lines).toHaveLength(1);
  });

  it('is known over another connection, and counts anew over the same', () => {
    const { lines, call } = open();
    call('a', 1);
    call('a', 2);
    expect(lines).toHaveLength(1);
    call('a', 1);
    expect(lines).toHaveLength(2);
  });

  it('is tried again where the first failed', () => {
    const { lines, told, call } = open();
    call('a');
    call('a');
    lines[0]?.written(false);
    expect(told).toEqual([false, false]);
    call('a');
    lines[1]?.written(true);
    expect(told).toEqual([false, false, true]);
  });

  it('is known a millisecond before it is forgotten, and not then', async () => {
    const { clock, lines, call } = open();
    call('a');
    await clock.wind(rememberMs - 1);
    call('a');
    expect(lines).toHaveLength(1);
    await clock.wind(1);
    call('a');
    expect(lines).toHaveLength(2);
  });

  it('is forgotten once as many others came as are remembered', () => {
    const { lines, call } = open(2);
    for (const key of ['a', 'b', 'b', 'c', 'b', 'c', 'a']) call(key);
    expect(lines.map(({ line }) => line)).toEqual(['a', 'b', 'c', 'a']);
  });
});
