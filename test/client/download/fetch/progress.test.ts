import { describe, expect, test } from 'vitest';
import { Progress } from '../../../../src/client/download/fetch/progress.ts';

/** An answer whose head, of 1000 bytes to come, is there at 0 ms, and the time that it sees. */
function answering(): { progress: Progress; at(ms: number): Progress } {
  let now = 0;
  const progress = new Progress(() => now);
  const at = (ms: number): Progress => {
    now = ms;
    return progress;
  };
  return { progress, at };
}

describe('an owner is doubted', () => {
  test('three seconds after it was asked, and not a millisecond before', () => {
    const { at } = answering();
    at(500).asked();
    expect(at(3499).doubt).toBeUndefined();
    expect(at(3500).doubt).toMatchObject({ kind: 'cut', message: 'it sent nothing for 3 s' });
  });

  test('three seconds after its last byte', () => {
    const { at } = answering();
    at(0).head(1000);
    at(2000).got(900);
    expect(at(4999).doubt).toBeUndefined();
    expect(at(5000).doubt).toMatchObject({ kind: 'cut' });
  });

  test('where what is left would take more than ten seconds', () => {
    const { at } = answering();
    at(0).head(1000);
    at(2999).got(230);
    expect(at(2999).doubt).toBeUndefined();
    // 770 of 1000 bytes are left: 770 / 230 * 3 s is a little more, 769 / 231 * 3 s a little less.
    expect(at(3000).doubt).toMatchObject({ kind: 'slow', message: 'it sent 230 of 1000 bytes in 3 s' });
    at(3000).got(1);
    expect(at(3000).doubt).toBeUndefined();
  });

  test('not for what it was asked before', () => {
    const { at } = answering();
    at(0).head(1000);
    at(3000).got(1);
    at(60_000).asked();
    expect(at(60_000).doubt).toBeUndefined();
    at(61_000).head(50);
    at(61_000).got(50);
    expect(at(63_999).doubt).toBeUndefined();
    at(70_000).head(1000);
    at(73_000).got(200);
    expect(at(73_000).doubt).toMatchObject({ message: 'it sent 200 of 1000 bytes in 3 s' });
  });

  test('not for an answer that does not say how long it is, as long as something comes', () => {
    const { at } = answering();
    at(0).head(Number('chunked'));
    at(9000).got(1);
    expect(at(9000).doubt).toBeUndefined();
  });
});
