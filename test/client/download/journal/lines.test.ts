import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentId } from '../../../../src/base/ids.ts';
import type { PieceRun } from '../../../../src/base/layout.ts';
import {
  goneLine,
  headerLine,
  type JournalHeader,
  parseJournal,
  partLine,
  runLine,
} from '../../../../src/client/download/journal/lines.ts';

const id = contentId('ab'.repeat(32));
const golden = [
  [headerLine({ kind: 'file', id, size: 5 }), `42f300087592ef0d rollcall-journal/2 file ${id} 5\n`],
  [partLine(2n ** 64n - 1n), '03e904b36ef319a7 part 18446744073709551615\n'],
  [runLine({ first: 64, count: 12 }), '861a3f8c7685c472 pieces 64 12\n'],
  [goneLine({ first: 64, count: 12 }), 'ebb4a9452e37cc12 gone 64 12\n'],
] as const;

const headers: fc.Arbitrary<JournalHeader> = fc.record({
  kind: fc.constantFrom('file', 'folder'),
  id: fc.constant(id),
  size: fc.nat(Number.MAX_SAFE_INTEGER),
});
const runs: fc.Arbitrary<PieceRun[]> = fc.array(
  fc.record({ first: fc.nat(1_000_000), count: fc.integer({ min: 1, max: 1_000_000 }) }),
  { maxLength: 8 },
);
const inodes = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

const write = (header: JournalHeader, inode: bigint, all: readonly PieceRun[]): string =>
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

  test('says of each piece what was said of it last', () => {
    const small = fc.record({ first: fc.nat(30), count: fc.integer({ min: 1, max: 10 }), gone: fc.boolean() });
    fc.assert(
      fc.property(fc.array(small), (said) => {
        const there = new Set<number>();
        for (const { first, count, gone } of said) {
          for (let piece = first; piece < first + count; piece++) gone ? there.delete(piece) : there.add(piece);
        }
        const lines = said.map((run) => (run.gone ? goneLine(run) : runLine(run)));
        const read = parseJournal(headerLine({ kind: 'folder', id, size: 5 }) + lines.join(''));
        const pieces = (read?.runs ?? []).flatMap(({ first, count }) =>
          Array.from({ length: count }, (_, at) => first + at),
        );
        expect(new Set(pieces)).toEqual(there);
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
