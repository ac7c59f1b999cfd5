import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { askTwiceMs, countedUses, countedUsesOfAddress } from '../../../../src/client/sharing/limits.ts';
import { LinkStore } from '../../../../src/client/sharing/links/linkStore.ts';
import { type CountedLink, LinkUses } from '../../../../src/client/sharing/links/linkUses.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { temporaryFolder } from '../support.ts';

const [phone, tablet, laptop] = ['10.0.0.2', '10.0.0.3', 'fd00::4'] as const;
let clock: FakeClock;
let file: string;
let uses: LinkUses;

const open = (): LinkUses => {
  const store = new LinkStore(file);
  onTestFinished(() => store[Symbol.dispose]());
  return new LinkUses(store, clock);
};

const link = (count: number, id = 'a link'): CountedLink => ({ id, uses: count, ends: clock.wall() + 3_600_000 });

beforeEach(async () => {
  clock = new FakeClock();
  file = join(await temporaryFolder(), 'links.db');
  uses = open();
});

describe('a counted link', () => {
  it('is used up by as many addresses as it has uses, and by none fewer', () => {
    const twice = link(2);
    expect([uses.left(twice), uses.mayBegin(twice, phone)]).toEqual([2, true]);
    expect([uses.begin(twice, phone, 0), uses.left(twice)]).toEqual(['begun', 1]);
    expect([uses.begin(twice, tablet, 0), uses.left(twice)]).toEqual(['begun', 0]);
    expect([uses.begin(twice, laptop, 0), uses.mayBegin(twice, laptop)]).toEqual(['used-up', false]);
    expect(uses.begin(link(1, 'another link'), laptop, 0)).toBe('begun');
  });

  it('is not used anew by what one address asks before it has the end, however late', async () => {
    const once = link(1);
    uses.begin(once, phone, 0);
    await clock.wind(30 * 60_000);
    for (const start of [0, 5, 0]) expect(uses.begin(once, phone, start)).toBe('begun');
    expect(uses.mayBegin(once, phone)).toBe(true);
  });

  it('is used by a part in the middle too, where that comes first', () => {
    const once = link(1);
    expect(uses.begin(once, phone, 1000)).toBe('begun');
    expect(uses.begin(once, tablet, 1000)).toBe('used-up');
    expect(uses.begin(once, phone, 0)).toBe('begun');
  });

  it('may be asked from the start again within a minute of the end, and is a new use after that', async () => {
    const once = link(1);
    uses.begin(once, phone, 0);
    uses.finished(once, phone);
    await clock.wind(askTwiceMs - 1);
    expect(uses.begin(once, phone, 0)).toBe('begun');
    uses.finished(once, phone);
    expect(uses.mayBegin(once, phone, 0)).toBe(true);
    await clock.wind(1);
    expect(uses.begin(once, phone, 0)).toBe('used-up');
    expect([uses.mayBegin(once, phone, 0), uses.mayBegin(once, phone)]).toEqual([false, true]);
  });

  it('gives the rest of a download for as long as it lives, though the end was sent', async () => {
    const once = link(1);
    uses.begin(once, phone, 0);
    uses.finished(once, phone);
    await clock.wind(30 * 60_000);
    expect(uses.begin(once, phone, 1)).toBe('begun');
    expect(uses.begin(once, tablet, 1)).toBe('used-up');
  });

  it('counts what one address fetches over and over', async () => {
    const thrice = link(3);
    for (const left of [2, 1, 0]) {
      expect([uses.begin(thrice, phone, 0), uses.left(thrice)]).toEqual(['begun', left]);
      uses.finished(thrice, phone);
      await clock.wind(askTwiceMs);
    }
    expect(uses.begin(thrice, phone, 0)).toBe('used-up');
  });

  it('is counted over restarts, and by all processes together', () => {
    const once = link(1);
    uses.begin(once, phone, 0);
    const another = open();
    expect([another.left(once), another.begin(once, tablet, 0)]).toEqual([0, 'used-up']);
    expect(another.begin(once, phone, 0)).toBe('begun');
  });

  it('is forgotten once it has ended', async () => {
    const short = { ...link(1), ends: clock.wall() + 1000 };
    uses.begin(short, phone, 0);
    await clock.wind(1000);
    uses.finished(link(1, 'another'), phone);
    expect(uses.left(short)).toBe(1);
  });
});

describe('what is remembered of counted links', () => {
  it('has an end for one address, who keeps what he has begun', () => {
    for (let which = 0; which < countedUsesOfAddress; which++) {
      expect(uses.begin(link(1, `link ${which}`), phone, 0)).toBe('begun');
    }
    expect(uses.begin(link(1, 'one more'), phone, 0)).toBe('too-many');
    expect(uses.begin(link(1, 'link 0'), phone, 0)).toBe('begun');
    expect(uses.begin(link(1, 'one more'), tablet, 0)).toBe('begun');
  });

  it('has an end for all of them', () => {
    const store = new LinkStore(file);
    store.change(clock.wall(), (database) => {
      for (let which = 0; which < countedUses; which++) {
        const row = [`link ${which}`, `10.1.${which >> 8}.${which & 255}`, 1, clock.wall() + 3_600_000];
        database.run('INSERT INTO link_uses (link, address, begun, ends) VALUES (?, ?, ?, ?)', ...row);
      }
    });
    store[Symbol.dispose]();
    expect(uses.begin(link(1, 'one more'), phone, 0)).toBe('too-many');
    expect(uses.left(link(1, 'one more'))).toBe(1);
  });
});
