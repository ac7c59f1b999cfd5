import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentId } from '../../../../src/base/ids.ts';
import {
  journalName,
  numbered,
  parseJournalName,
  partName,
  stemOf,
} from '../../../../src/client/download/disk/names.ts';

const id = contentId('0123456789abcdef'.repeat(4));
const stem = stemOf(id, 'cafe0123');

describe('our hidden names', () => {
  test('start with the content they are of', () => {
    expect(partName(stem, 'file')).toBe('.rollcall-0123456789abcdef-cafe0123.part');
    expect(partName(stem, 'folder')).toBe('.rollcall-0123456789abcdef-cafe0123.parts');
    expect(journalName(stem)).toBe('.rollcall-0123456789abcdef-cafe0123.journal');
    expect(journalName(stem, { pid: 42, nonce: 'deadbeef' })).toBe(
      '.rollcall-0123456789abcdef-cafe0123.42-deadbeef.journal',
    );
  });

  test('of journals are read as they were written', () => {
    const run = { pid: 42, nonce: 'deadbeef' };
    expect(parseJournalName(journalName(stem, run), id)).toEqual({ stem, run });
    expect(parseJournalName(journalName(stem))).toEqual({ stem, run: undefined });
  });

  test('of another content are none of this one', () => {
    expect(parseJournalName(journalName(stem), contentId('f'.repeat(64)))).toBeUndefined();
  });

  test('are told from those of others', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(parseJournalName(name)).toBeUndefined();
      }),
    );
    for (const name of [`${stem}.part`, `x${stem}.journal`, `${stem}.journal~`, '.rollcall-x.journal']) {
      expect(parseJournalName(name)).toBeUndefined();
    }
  });
});

describe('numbered names', () => {
  const first = (path: string, kind: 'file' | 'folder'): string[] => {
    const names: string[] = [];
    for (const name of numbered(path, kind)) {
      names.push(name);
      if (names.length === 3) break;
    }
    return names;
  };

  test.each([
    ['/d/a.txt', 'file', ['/d/a.txt', '/d/a (2).txt', '/d/a (3).txt']],
    ['/d/a', 'file', ['/d/a', '/d/a (2)', '/d/a (3)']],
    ['/d/.profile', 'file', ['/d/.profile', '/d/.profile (2)', '/d/.profile (3)']],
    ['/d/v1.2', 'folder', ['/d/v1.2', '/d/v1.2 (2)', '/d/v1.2 (3)']],
  ] as const)('of %s, a %s', (path, kind, names) => {
    expect(first(path, kind)).toEqual(names);
  });

  test('stay within 255 bytes, whole characters all of them', () => {
    const [, second] = first(`/d/${'é'.repeat(125)}.txt`, 'file');
    expect(Buffer.byteLength(second?.slice(3) ?? '')).toBeLessThanOrEqual(255);
    expect(second).toMatch(/^\/d\/é+ \(2\)\.txt$/);
  });

  test('come to an end', () => {
    expect([...numbered('/d/a', 'file')]).toHaveLength(1000);
  });
});
