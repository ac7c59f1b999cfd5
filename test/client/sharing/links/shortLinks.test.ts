import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { shortLinks, shortLinksOfAddress } from '../../../../src/client/sharing/limits.ts';
import { LinkStore } from '../../../../src/client/sharing/links/linkStore.ts';
import { ShortLinks } from '../../../../src/client/sharing/links/shortLinks.ts';
import { parseLinkPath } from '../../../../src/net/wire/peer.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { temporaryFolder } from '../support.ts';

let clock: FakeClock;
let file: string;
let links: ShortLinks;

const open = (): ShortLinks => {
  const store = new LinkStore(file);
  onTestFinished(() => store[Symbol.dispose]());
  return new ShortLinks(store, clock);
};
const later = (ms: number): number => clock.wall() + ms;

beforeEach(async () => {
  clock = new FakeClock();
  file = join(await temporaryFolder(), 'not', 'there', 'links.db');
  links = open();
});

it('a ticket gets a code that goes into an address, the same each time, and is found by it over restarts', () => {
  const code = links.leave('a ticket', later(1000), 'bob') ?? '';
  expect(parseLinkPath(`/l/${code}`)).toEqual({ code, what: 'page' });
  expect(links.leave('a ticket', later(1000), 'carol')).toBe(code);
  expect(links.leave('another ticket', later(1000), 'bob')).not.toBe(code);
  expect([links.ticketOf(code), open().ticketOf(code)]).toEqual(['a ticket', 'a ticket']);
});

it('a code is good until its ticket ends, and not a millisecond longer', async () => {
  const code = links.leave('a ticket', later(1000), 'bob') ?? '';
  await clock.wind(999);
  expect(links.ticketOf(code)).toBe('a ticket');
  await clock.wind(1);
  expect(links.ticketOf(code)).toBeUndefined();
});

it('a code that nobody got leads nowhere', () => {
  links.leave('a ticket', later(1000), 'bob');
  for (const code of ['', 'AbCdEfGh12345678', '%', "' OR 1=1 --"]) expect(links.ticketOf(code)).toBeUndefined();
});

it('a hundred may be left from one address, and as many again once they have ended', async () => {
  for (let which = 0; which < shortLinksOfAddress; which++) links.leave(`ticket ${which}`, later(1000), 'bob');
  expect(links.leave('one more', later(1000), 'bob')).toBeUndefined();
  expect(links.leave('ticket 0', later(1000), 'bob')).toBeDefined();
  expect(links.leave('one more', later(1000), 'carol')).toBeDefined();
  await clock.wind(1000);
  expect(links.leave('one more', later(1000), 'bob')).toBeDefined();
});

it('all together may leave a thousand', () => {
  for (let which = 0; which < shortLinks; which++) {
    expect(links.leave(`ticket ${which}`, later(1000), `caller ${which % 20}`)).toBeDefined();
  }
  expect(links.leave('one more', later(1000), 'somebody')).toBeUndefined();
});
