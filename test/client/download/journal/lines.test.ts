import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentId } from '../../../../src/base/ids.ts';
import {
  headerLine,
  type JournalHeader,
  type JournalRun,
  parseJournal,
  partLine,
  runLine,
} from '../../../../src/client/download/journal/lines.ts';

const id = contentId('ab'.repeat(32));
const golden = [
  [headerLine({ kind: 'file', id, size: 5 }), `a71683c7dcf7a69e rollcall-journal/1 file ${id} 5\n`],
  [partLine(2n ** 64n - 1n), '03e904b36ef319a7 part 18446744073709551615\n'],
  [runLine({ file: 0, first: 64, count: 12 }), '93bc92e9048731ec pieces 0 64 12\n'],
] as const;

const headers: fc.Arbitrary<JournalHeader> = fc.record({
  kind: fc.constantFrom('file', 'folder'),
  id: fc.constant(id),
  size: fc.nat(Number.MAX_SAFE_INTEGER),
});
const runs: fc.Arbitrary<JournalRun[]> = fc.array(
  fc.record({ file: fc.nat(200_000), first: fc.nat(1_000_000), count: fc.integer({ min: 1, max: 1_000_000 }) }),
  { maxLength: 8 },
);
const inodes = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

const write = (header: JournalHeader, inode: bigint, all: readonly JournalRun[]): string =>
  headerLine(header) + partLine(inode) + all.map(runLine).join('');

describe('a journal', () => {
  test.each(golden)('line reads as it is specified', (line, text) => {
    expect(line).toBe(text);
  });

  test('is read as it was written', () => {
    fc.assert(
      fc.property(headers, inodes, runs, (header, inode, all) => {
        const text = write(header, inode, all);
        expect(parseJournal(text)).toEqual({ ...header, inode, runs: all, goodBytes: text.length });
      }),
    );
  });

  test('that was torn anywhere tells what came whole before', () => {
    fc.assert(
      fc.property(headers, inodes, runs, fc.nat(), (header, inode, all, where) => {
        const text = write(header, inode, all);
        const torn = text.slice(0, where % (text.length + 1));
        const read = parseJournal(torn);
        if (!torn.includes('\n')) {
          expect(read).toBeUndefined();
          return;
        }
        const lines = torn.split('\n').length - 1;
        expect(read?.runs).toEqual(all.slice(0, Math.max(0, lines - 2)));
        expect(read?.goodBytes).toBe(torn.lastIndexOf('\n') + 1);
      }),
    );
  });

  test('with one changed character tells nothing from there on that was not written', () => {
    fc.assert(
      fc.property(headers, inodes, runs, fc.nat(), fc.nat(127), (header, inode, all, where, code) => {
        const text = write(header, inode, all);
        const at = where % text.length;
        const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
        fc.pre(changed !== text);
        const read = parseJournal(changed);
        if (read === undefined) return;
        expect(read).toMatchObject(header);
        expect(read.goodBytes).toBeLessThanOrEqual(at);
        expect(read.runs).toEqual(all.slice(0, read.runs.length));
      }),
    );
  });

  test('of garbage is nothing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseJournal(text)).toBeUndefined();
      }),
    );
  });
});
