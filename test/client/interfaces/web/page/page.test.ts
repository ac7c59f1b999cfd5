import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserTrouble, openBrowser } from '../../../../support/browser.ts';
import { type FakeApi, type FakeOptions, openFakeApi } from './fakeApi.ts';
import { markup } from './fakeContents.ts';

const out = resolve('node_modules/.build/pageTest');
const page = resolve(out, 'pages/client');
const trouble = browserTrouble();
const wide = { width: 1280, height: 800 };
const phone = { width: 360, height: 740 };
const places = ['resources', 'roll', 'publish', 'transfers', 'log', 'settings', 'connect', 'api'];

let browser: Browser;
let weight = 0;

beforeAll(async () => {
  process.env['ROLLCALL_BUILD'] = out;
  const built = await build({ mode: 'client', configFile: 'vite.config.ts', logLevel: 'silent' });
  delete process.env['ROLLCALL_BUILD'];
  const files = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  weight = files.reduce((sum, file) => sum + gzipSync('code' in file ? file.code : file.source).length, 0);
  if (trouble === undefined) browser = await openBrowser();
}, 60_000);

afterAll(() => browser?.close());

interface Opened extends AsyncDisposable {
  api: FakeApi;
  page: Page;
  /** What the browser complained of: a policy that was broken, an error of the page. */
  complaints: string[];
}

async function open(options: Partial<FakeOptions> & { size?: typeof wide } = {}): Promise<Opened> {
  const { size = wide, ...rest } = options;
  const api = await openFakeApi({ page, ...rest });
  const context = await browser.newContext({ viewport: size, colorScheme: 'light' });
  const opened = await context.newPage();
  const complaints: string[] = [];
  opened.on('pageerror', (error) => complaints.push(String(error)));
  opened.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  await opened.goto(api.address);
  await opened.waitForSelector('main h1');
  return {
    api,
    page: opened,
    complaints,
    async [Symbol.asyncDispose]() {
      await context.close();
      await api[Symbol.asyncDispose]();
    },
  };
}

const go = async (at: Page, place: string): Promise<void> => {
  await at.evaluate(`location.replace('#/${place}')`);
  await at.waitForTimeout(150);
};

it('weighs at most 60 kB, all parts compressed', () => {
  expect(weight).toBeGreaterThan(10_000);
  expect(weight).toBeLessThanOrEqual(60_000);
});

describe.skipIf(trouble !== undefined)('the page in a browser', { timeout: 60_000 }, () => {
  it('takes the code out of the address, and a second tab needs none', async () => {
    await using opened = await open();
    expect(opened.page.url()).not.toContain('fake-code');
    const second = await opened.page.context().newPage();
    await second.goto(new URL('/', opened.api.address).href);
    await second.waitForSelector('.resources [data-row]');
  });

  it('says how to open it anew without a token', async () => {
    await using opened = await open();
    const stranger = await (await browser.newContext()).newPage();
    await stranger.goto(new URL('/#used-code-0123456789', opened.api.address).href);
    expect(await stranger.textContent('main')).toContain('Open this page anew');
    await stranger.context().close();
  });

  it('has no fault that axe knows on a phone, and nothing beside the screen', async () => {
    await using opened = await open({ size: phone });
    const axe = await readFile('node_modules/axe-core/axe.min.js', 'utf8');
    const check = async (where: string): Promise<void> => {
      await opened.page.evaluate(axe);
      const found = await opened.page.evaluate(
        'axe.run().then((r) => r.violations.map((v) => v.id + " " + v.nodes[0].html))',
      );
      expect(found, where).toEqual([]);
      expect(
        await opened.page.evaluate('document.documentElement.scrollWidth - innerWidth'),
        where,
      ).toBeLessThanOrEqual(0);
    };
    for (const place of places) {
      await go(opened.page, place);
      await check(place);
    }
    await go(opened.page, 'resources?pattern=report');
    await opened.page.click('[data-row="0"] [data-main]');
    await check('details');
    expect(opened.complaints).toEqual([]);
  }, 60_000);

  it('shows names and descriptions as they are, and runs none of them', async () => {
    await using opened = await open();
    for (const place of [...places, 'resources?pattern=hacked']) await go(opened.page, place);
    expect(await opened.page.textContent('[data-row="0"] [data-main]')).toBe(markup);
    expect(await opened.page.evaluate('window.hacked')).toBeUndefined();
    expect(await opened.page.locator('main img, main b').count()).toBe(0);
    expect(opened.complaints).toEqual([]);
  });

  it('draws few of ten thousand rows, and reaches the last one by keyboard', async () => {
    await using opened = await open({ resources: 10_000 });
    await opened.page.focus('[data-row="0"] [data-main]');
    await opened.page.keyboard.press('End');
    await opened.page.waitForSelector('[data-row="10003"] :focus');
    expect(await opened.page.textContent(':focus')).toContain('実験データ');
    expect(await opened.page.locator('[data-row]').count()).toBeLessThan(60);
  });

  it('searches as one types, and tells different files of one name apart', async () => {
    await using opened = await open();
    await opened.page.fill('input[type=search]', 'rep pdf');
    await opened.page.waitForSelector('[role=status]:text-is("3 contents")');
    expect(await opened.page.locator('.badge:has-text("1 of 3 different")').count()).toBe(3);
    const ids = await opened.page.locator('.second-line code').allTextContents();
    expect(new Set(ids).size).toBe(3);
  });

  it('downloads from the peer that was selected, or from all', async () => {
    await using opened = await open();
    await go(opened.page, 'resources?pattern=report');
    await opened.page.click('[data-row="0"] [data-main]');
    await opened.page.getByLabel('مريم').check();
    await opened.page.click('text=Download from selected peer');
    await opened.page.click('text=Download from all 3 owners');
    await expect.poll(() => opened.api.asked.length).toBe(2);
    const bodies = opened.api.asked.map((asked) => JSON.parse(asked.replace('POST /transfers ', '')));
    expect(bodies.map(({ name, from }) => [name, from])).toEqual([
      ['report.pdf', 'مريم'],
      ['report.pdf', undefined],
    ]);
    expect(bodies[0].id).toMatch(/^[0-9a-f]{64}$/);
  });

  it('says beside the field what is wrong with where to connect to, and puts the focus there', async () => {
    const body = { code: 'name-taken', detail: 'x', fields: { user: '"carol" is taken by another key' } };
    await using opened = await open({ connection: { state: 'offline' }, problem: { status: 409, body } });
    await opened.page.waitForSelector('.choice:has-text("Lab tracker")');
    await opened.page.click('button[type=submit]');
    const field = opened.page.getByRole('textbox', { name: 'User name' });
    await opened.page.waitForSelector('[aria-invalid=true]:focus');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    const described = (await field.getAttribute('aria-describedby')) ?? '';
    const wrong = described.split(' ').find((id) => id.endsWith('-wrong'));
    expect(await opened.page.textContent(`[id="${wrong}"]`)).toBe('"carol" is taken by another key');
  });

  it('tells that rollcall has gone, and goes on by itself when it is back', async () => {
    await using opened = await open();
    await opened.page.waitForSelector('.connection:has-text("carol")');
    opened.api.cut();
    await opened.page.waitForSelector('text=rollcall does not answer');
    await opened.page.waitForSelector('text=rollcall does not answer', { state: 'detached' });
    opened.api.send('connection', {
      state: 'lost',
      server: 'a:1',
      user: 'carol',
      port: 1,
      why: 'gone',
      retryAt: Date.now() + 9000,
    });
    await opened.page.waitForSelector('.connection:has-text("Reconnecting")');
  });

  it('bounds thousands of log lines a second, and stays where one reads', async () => {
    await using opened = await open();
    await go(opened.page, 'log');
    const entry = (number: number) => ({
      number,
      at: number,
      level: 'info' as const,
      message: `line ${number}`,
      fields: {},
    });
    for (let batch = 10; batch < 60; batch += 1) {
      opened.api.send('log', { entries: Array.from({ length: 100 }, (_, n) => entry(batch * 100 + n)), missed: 1000 });
    }
    await opened.page.waitForSelector('text=line 5999');
    expect(await opened.page.getAttribute('table', 'aria-rowcount')).toBe('2001');
    expect(await opened.page.locator('[data-row]').count()).toBeLessThan(80);
    expect(await opened.page.textContent('[role=status] >> text=went by')).toContain('50,000 entries');
    await opened.page.click('text=Pause');
    opened.api.send('log', { entries: [entry(7000)], missed: 0 });
    await opened.page.waitForSelector('text=1 entry since');
    expect(await opened.page.locator('text=line 7000').count()).toBe(0);
  });

  it('publishes what is dropped', async () => {
    await using opened = await open();
    await opened.page.evaluate(`{
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['some bytes'], 'صورة.png'));
      dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
    }`);
    await opened.page.click('dialog >> text=Only these users');
    await opened.page.click('dialog .chip:has-text("ada")');
    await opened.page.click('dialog .primary');
    await opened.page.waitForSelector('text=1 file is published');
    expect(opened.api.asked).toEqual([
      'POST /drops',
      'PUT /drops/drop-1/files some bytes',
      'POST /drops/drop-1/publish {"to":["ada"]}',
    ]);
  });

  it('keeps the look that was chosen', async () => {
    await using opened = await open();
    const ground = (): Promise<string> => opened.page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await go(opened.page, 'settings');
    await opened.page.getByLabel('Dark').check({ force: true });
    const dark = await ground();
    expect(dark).not.toBe(light);
    await opened.page.reload();
    await opened.page.waitForSelector('main h1');
    expect(await ground()).toBe(dark);
  });
});
