import { describe, expect, test } from 'vitest';
import { News } from '../../../../src/client/download/fetch/news.ts';
import { FakeClock } from '../../../support/fakeClock.ts';

interface Heard {
  clock: FakeClock;
  news: News;
  /** When it was asked, milliseconds. */
  asked: number[];
  tell(): void;
  watching(): boolean;
}

function listen(askMs = 0): Heard {
  const clock = new FakeClock();
  const asked: number[] = [];
  let tell: (() => void) | undefined;
  const news = new News({
    clock,
    watch: (changed) => {
      tell = changed;
      return {
        [Symbol.dispose]() {
          tell = undefined;
        },
      };
    },
    ask: () => {
      asked.push(clock.now());
      return new Promise((resolve) => void clock.after(askMs, resolve));
    },
  });
  return { clock, news, asked, tell: () => tell?.(), watching: () => tell !== undefined };
}

describe('news of owners', () => {
  test('is asked for every ten seconds', async () => {
    const { clock, asked } = listen();
    await clock.wind(30_500);
    expect(asked).toEqual([10_000, 20_000, 30_000]);
  });

  test('is asked for at once, and in a burst of notices a few times a second', async () => {
    const { clock, asked, tell } = listen();
    await clock.wind(3000);
    for (let notice = 0; notice < 5; notice++) {
      tell();
      await clock.wind(100);
    }
    await clock.wind(9000);
    expect(asked).toEqual([3000, 3250, 3500]);
  });

  test('that comes while it is asked for is asked for again, a quarter of a second later', async () => {
    const { clock, asked, tell } = listen(500);
    tell();
    await clock.wind(100);
    tell();
    await clock.wind(3000);
    expect(asked).toEqual([0, 750]);
  });

  test('is asked for at once where few owners are left, unless that was just done', async () => {
    const { clock, news, asked } = listen();
    await clock.wind(100);
    news.hurry();
    await clock.wind(100);
    news.hurry();
    news.hurry();
    await clock.wind(2000);
    expect(asked).toEqual([100, 350]);
  });

  test('is over when it is disposed of, even while it is asked for', async () => {
    const { clock, news, asked, tell, watching } = listen(500);
    tell();
    await clock.wind(1200);
    news[Symbol.dispose]();
    tell();
    news.hurry();
    await clock.wind(60_000);
    expect([asked.length, clock.waiting, watching()]).toEqual([1, 0, false]);
  });
});
