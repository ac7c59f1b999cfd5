import { describe, expect, it } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { Journal } from '../../src/oplog/journal.ts';
import { FakeDisk, settle } from './support.ts';

interface Open {
  disk: FakeDisk;
  journal: Journal;
  shown: string[];
  said: string[];
  /** Outcomes by line, in the order in which they were told. */
  outcomes: [string, boolean][];
  append(...lines: string[]): void;
}

function open(disk = new FakeDisk()): Open {
  const [shown, said, outcomes]: [string[], string[], [string, boolean][]] = [[], [], []];
  const say = (_: object, message: string): void => void said.push(message);
  const log = { ...silentLog, warn: say, error: say };
  const journal = new Journal({ disk, log, show: (lines) => shown.push(lines) });
  const append = (...lines: string[]): void => {
    for (const line of lines) journal.append(line, (written) => outcomes.push([line, written]));
  };
  return { disk, journal, shown, said, outcomes, append };
}

describe('the journal', () => {
  it('tells of a line once it is synced, and shows it then', async () => {
    const { disk, append, outcomes, shown } = open();
    disk.hold();
    append('a');
    await settle();
    expect(disk.text).toBe('a\n');
    expect([outcomes, shown]).toEqual([[], []]);
    disk.release();
    await settle();
    expect([outcomes, shown]).toEqual([[['a', true]], ['a\n']]);
  });

  it('writes together, and syncs once, what comes while a sync is under way', async () => {
    const { disk, append, outcomes } = open();
    disk.hold();
    append('a');
    await settle();
    append('b', 'c');
    await settle();
    append('d');
    disk.release();
    await settle();
    expect(disk.text).toBe('a\nb\nc\nd\n');
    expect(disk.syncs).toBe(2);
    expect(outcomes.map(([line]) => line)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('writes together what comes in one turn', async () => {
    const { disk, append } = open();
    append('a', 'b', 'c');
    await settle();
    expect(disk).toMatchObject({ text: 'a\nb\nc\n', syncs: 1 });
  });

  it('writes on where the disk took a part', async () => {
    const { disk, append, outcomes } = open();
    disk.most = 2;
    append('abcdef');
    await settle();
    expect(disk.text).toBe('abcdef\n');
    expect(outcomes).toEqual([['abcdef', true]]);
  });

  it('takes a line back that the disk had no room for, and says so once', async () => {
    const { disk, append, outcomes, shown, said } = open();
    disk.room = 4;
    append('abcdef');
    await settle();
    append('ghijkl');
    await settle();
    expect(disk.text).toBe('');
    expect(outcomes).toEqual([
      ['abcdef', false],
      ['ghijkl', false],
    ]);
    expect(shown).toEqual([]);
    expect(said).toEqual(['the log cannot be written: calls are answered with 1']);
    disk.room = 100;
    append('mno');
    await settle();
    expect(disk.text).toBe('mno\n');
    expect(outcomes.at(-1)).toEqual(['mno', true]);
    expect(said.at(-1)).toBe('the log can be written again');
  });

  it('takes no sync that failed for one that did not', async () => {
    const { disk, append, outcomes } = open();
    disk.failSync = true;
    append('a', 'b');
    await settle();
    expect(disk.text).toBe('');
    expect(outcomes).toEqual([
      ['a', false],
      ['b', false],
    ]);
  });

  it('ends a torn line before the next where it cannot be taken back', async () => {
    const { disk, append } = open();
    disk.room = 4;
    disk.failTakeBack = true;
    append('abcdef');
    await settle();
    disk.room = 100;
    append('g', 'h');
    await settle();
    append('i');
    await settle();
    expect(disk.text).toBe('abcd\ng\nh\ni\n');
  });

  it('ends a line that a crash has torn', async () => {
    const disk = new FakeDisk();
    disk.torn = true;
    const { append } = open(disk);
    append('a');
    await settle();
    expect(disk.text).toBe('\na\n');
  });

  it('writes what waits before it closes the file', async () => {
    const { disk, journal, append, outcomes } = open();
    append('a');
    await journal[Symbol.asyncDispose]();
    expect(outcomes).toEqual([['a', true]]);
    expect(disk).toMatchObject({ text: 'a\n', closed: true });
  });
});
