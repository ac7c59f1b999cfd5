import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openProgress, progressLine } from '../../../../src/client/interfaces/cli/progress.ts';
import { openTerminal } from '../../../../src/client/interfaces/cli/terminal.ts';
import { widthOf } from '../../../../src/client/interfaces/cli/width.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { FakeInput, FakeOutput } from '../fakes.ts';

describe('the bar', () => {
  it('says how much, how fast and how long', () => {
    expect(progressLine('film.mkv', { bytes: 50e6, size: 200e6, rate: 10e6, left: 15 }, 100)).toBe(
      'film.mkv [████████░░░░░░░░░░░░░░░░░░░░░░]  25%  50 MB of 200 MB  10 MB/s  15 s left',
    );
  });

  it.each([
    [58, 'film.mkv  25%  50 MB of 200 MB  10 MB/s  15 s left'],
    [50, 'film.mkv  25%  50 MB of 200 MB  15 s left'],
    [40, 'film.mkv [███░░░░░░░░]  25%  15 s left'],
    [20, 'film.mkv  25%'],
    [12, 'film.…  25%'],
  ])('leaves out the less needed figures at %i columns', (columns, line) => {
    expect(progressLine('film.mkv', { bytes: 50e6, size: 200e6, rate: 10e6, left: 15 }, columns)).toBe(line);
  });

  it.each([
    [100, 10e6, 'film.mkv  50 MB  10 MB/s'],
    [100, 0, 'film.mkv  50 MB'],
    [20, 10e6, 'film.mkv  50 MB'],
  ])('has no bar where nobody knows how much is to come, at %i columns and %d B/s', (columns, rate, line) => {
    expect(progressLine('film.mkv', { bytes: 50e6, size: null, rate, left: undefined }, columns)).toBe(line);
  });

  it('is never as wide as the terminal, whatever the name', () => {
    const standing = fc.record({
      bytes: fc.nat(1e12),
      size: fc.option(fc.nat(1e12)),
      rate: fc.nat(1e10),
      left: fc.option(fc.nat(1e6), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), standing, fc.integer({ min: 10, max: 200 }), (name, at, columns) => {
        expect(widthOf(progressLine(name, at, columns))).toBeLessThan(columns);
      }),
    );
  });

  it('is drawn five times a second at a terminal, below the lines that are printed, and gone at the end', async () => {
    const clock = new FakeClock();
    const { terminal, stderr } = open(true);
    const progress = openProgress(terminal, 'film.mkv', clock);
    progress.update(1, 4);
    progress.update(2, 4);
    await clock.wind(200);
    terminal.say('a line');
    progress[Symbol.dispose]();
    terminal.say('another');
    const bar = (percent: number): unknown => expect.stringMatching(new RegExp(`^film\\.mkv \\[.*\\] {2}${percent}% `));
    expect(stderr.text.split('\u001b[1G\u001b[2K')).toEqual(['', bar(25), bar(50), 'a line\n', 'another\n']);
    expect(clock.waiting).toBe(0);
  });

  it('leaves a terminal alone where nothing moved', () => {
    const { terminal, stderr } = open(true);
    openProgress(terminal, 'film.mkv', new FakeClock())[Symbol.dispose]();
    expect(stderr.text).toBe('');
  });

  it.each([
    [false, false, false],
    [true, true, false],
    [true, false, true],
  ])('is not drawn where stderr is no terminal, with --json, or with --quiet: %j %j %j', (tty, json, quiet) => {
    const clock = new FakeClock();
    const { terminal, stderr } = open(tty, json, quiet);
    const progress = openProgress(terminal, 'film.mkv', clock);
    progress.update(1, 2);
    expect([stderr.text, clock.waiting]).toEqual(['', 0]);
    progress[Symbol.dispose]();
  });
});

function open(tty: boolean, json = false, quiet = false) {
  const streams = { stdin: new FakeInput(), stdout: new FakeOutput(), stderr: new FakeOutput(tty, 100) };
  return { ...streams, terminal: openTerminal(streams, { json, quiet, color: true, env: {} }) };
}
