import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeJson, unsafeCharacter } from '../../../../src/base/safeText.ts';
import { tableLines } from '../../../../src/client/interfaces/cli/table.ts';
import { columnsOf, openTerminal } from '../../../../src/client/interfaces/cli/terminal.ts';
import { countText, durationText, timeText } from '../../../../src/client/interfaces/cli/text.ts';
import { cut, widthOf } from '../../../../src/client/interfaces/cli/width.ts';
import { FakeInput, FakeOutput, noon } from '../fakes.ts';

const anyText = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('\u001b', '\u202e', '\u009b', '漢', '👩‍💻', '\ud800'),
  ),
});

const open = (json = false, quiet = false) => {
  const streams = { stdin: new FakeInput(), stdout: new FakeOutput(), stderr: new FakeOutput() };
  return { ...streams, terminal: openTerminal(streams, { json, quiet, color: true, env: {} }) };
};

describe('a terminal', () => {
  it('never lets through what could move its cursor', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { terminal, stdout, stderr } = open();
        terminal.print(text);
        terminal.say(text);
        terminal.warn(text);
        terminal.record({ text });
        const lines = [...stdout.lines, ...stderr.lines];
        expect(lines).toHaveLength(4);
        for (const line of lines) expect(line).not.toMatch(unsafeCharacter);
      }),
    );
  });

  it('says nothing but warnings with --quiet', () => {
    const { terminal, stderr } = open(false, true);
    terminal.say('said');
    terminal.warn('warned');
    expect(stderr.text).toBe('warned\n');
  });

  it('erases what covers it before a line, until that is gone', () => {
    const { terminal, stdout } = open();
    const cover = terminal.cover(() => stdout.write('<erase>'));
    terminal.print('one');
    terminal.record({ two: 2 });
    cover[Symbol.dispose]();
    terminal.print('three');
    expect(stdout.text).toBe('<erase>one\n<erase>{"two":2}\nthree\n');
  });

  it('is as wide as it says, 80 columns where it does not say, and endless as a pipe', () => {
    expect(columnsOf(new FakeOutput(true, 132))).toBe(132);
    expect(columnsOf(new FakeOutput(true, 0))).toBe(80);
    expect(columnsOf(new FakeOutput(false, 132))).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('safeJson', () => {
  it('is the same value to a parser', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(JSON.parse(safeJson({ text }))).toEqual({ text });
      }),
    );
  });
});

describe('widths', () => {
  it.each([
    ['plain', 5],
    ['漢字', 4],
    ['e\u0301', 1],
    ['👩‍💻', 2],
    ['한글', 4],
    ['ａ', 2],
    ['é', 1],
  ])('%j takes %i columns', (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });

  it('a cut text is never wider than asked, and only cut when it has to be', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, columns) => {
        const shown = cut(text, columns);
        expect(widthOf(shown)).toBeLessThanOrEqual(columns);
        expect(shown === text).toBe(widthOf(text) <= columns);
      }),
    );
  });
});

describe('a table', () => {
  const heads = [
    { head: 'NAME', shrinksTo: 4 },
    { head: 'SIZE', align: 'right' as const },
    { head: 'NOTE', shrinksTo: 4 },
  ];

  it('keeps to the columns of the terminal where what may be cut is enough', () => {
    const cells = fc.array(fc.tuple(anyText, fc.stringMatching(/^\d{1,8}$/), anyText), { maxLength: 5 });
    fc.assert(
      fc.property(cells, fc.integer({ min: 20, max: 120 }), (rows, columns) => {
        for (const line of tableLines(heads, rows, columns)) expect(widthOf(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('cuts the widest first and never what must not be cut', () => {
    const rows = [['a long name of a thing', '12345678', 'short']];
    expect(tableLines(heads, rows, 30)).toEqual(['NAME               SIZE  NOTE', 'a long name …  12345678  short']);
    expect(tableLines(heads, rows, 10)[1]).toContain('12345678');
  });

  it('leaves out what can best be spared where cutting is not enough, one column after another', () => {
    const columns = [
      { head: 'NAME', shrinksTo: 4 },
      { head: 'SIZE', spare: 1 },
      { head: 'NOTE', spare: 2 },
    ];
    const rows = [['a long name', '12 MB', 'noted']];
    expect(tableLines(columns, rows, 22)).toEqual(['NAME      SIZE   NOTE', 'a long …  12 MB  noted']);
    expect(tableLines(columns, rows, 17)).toEqual(['NAME        SIZE', 'a long na…  12 MB']);
    expect(tableLines(columns, rows, 10)).toEqual(['NAME', 'a long na…']);
    expect(tableLines(columns, rows, 2)).toEqual(['NAME', 'a l…']);
  });
});

describe('texts', () => {
  it.each([
    [0, 'under 0.1 s'],
    [0.049, 'under 0.1 s'],
    [0.05, '0.1 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min 0 s'],
    [3599.4, '59 min 59 s'],
    [3600, '1 h 0 min'],
    [86399, '23 h 59 min'],
  ])('%d seconds are %j', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  it('a time is that of this place, and one that no calendar holds is unknown', () => {
    expect(timeText(noon)).toBe('2030-01-01 12:00');
    expect(timeText(Number.MAX_SAFE_INTEGER)).toBe('unknown time');
    expect(timeText(Number.NaN)).toBe('unknown time');
  });

  it('one is one', () => {
    expect([0, 1, 2].map((count) => countText(count, 'peer', 'peers'))).toEqual(['0 peers', '1 peer', '2 peers']);
  });
});
