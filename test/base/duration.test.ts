import { describe, expect, it } from 'vitest';
import { durationMs } from '../../src/base/duration.ts';

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['2s', 2000],
    ['1.5s', 1500],
    ['1m', 60_000],
    ['1h', 3_600_000],
    ['90d', 7_776_000_000],
    ['0s', 0],
    ['0.001s', 1],
  ])('%s is %i ms', (text, ms) => {
    expect(durationMs(text, '--heartbeat')).toBe(ms);
  });

  it.each(['', '2', 's', '2 s', '-1s', '1e3s', '2w', '2S', '1.2345s', '99999999999s', '2s\n', '\u001b[31m2s'])(
    'is not %j',
    (text) => {
      expect(() => durationMs(text, '--heartbeat')).toThrow(/is no --heartbeat: write it as 500ms, 2s, 1m, 3h or 90d/);
    },
  );

  it('that is none is shown without what could move a cursor', () => {
    expect(() => durationMs('\u001b[2J', '--heartbeat')).toThrow('\\u{1b}[2J');
  });
});
