import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addAxe, beyondEdges, graveFaults, shoot } from './pageFaults.ts';
import {
  cardOf,
  eventually,
  type Gui,
  go,
  openScene,
  phone,
  rowOf,
  type Scene,
  trouble,
  waitForMore,
} from './pageScene.ts';

const MB = 1_000_000;
const places = ['Resources', 'Roll', 'Publish', 'Transfers', 'Connection', 'System log', 'Settings', 'API'] as const;
/** Those that a phone shows behind the last button of its bar. */
const behind: readonly string[] = ['Connection', 'System log', 'Settings', 'API'];
/** Presses of Tab from one end of the page to the other at most. */
const mostTabs = 80;

describe.runIf(trouble === undefined)('the page, however one looks at it', { timeout: 120_000 }, () => {
  let scene: Scene;
  let gui: Gui;
  const film = randomBytes(40 * MB);

  beforeAll(async () => {
    scene = await openScene();
    gui = await scene.gui('Ada');
    for (const name of ['Documents', 'Music', 'Pictures']) mkdirSync(join(gui.home, name));
    for (const name of ['Abstract.txt', 'Figures.zip', 'Thesis draft 4.pdf']) {
      writeFileSync(join(gui.home, 'Documents', name), randomBytes(90_000 * name.length));
    }
    const plan = randomBytes(2_340_000);
    const flags = ['--limit-up', '2M'];
    await Promise.all([
      scene.share('Amelia', {
        files: {
          'Field recordings.wav': film,
          'Site plan.pdf': plan,
          'Minutes 12 November.docx': randomBytes(48_200),
          'Budget 2026.xlsx': randomBytes(181_000),
        },
        modified: new Date('2026-11-12T09:20'),
        flags: [...flags, '--description', 'Project folder, as of this week'],
      }),
      scene.share('Jonas', {
        files: { 'Field recordings.wav': film, 'Budget 2026.xlsx': randomBytes(176_500), 'Site plan.pdf': plan },
        modified: new Date('2026-11-20T17:45'),
        flags,
      }),
      scene.share('Yusuf', {
        files: { 'Lab data 2026-11.csv': randomBytes(6_120_000), 'Poster A0.svg': randomBytes(914_000) },
        modified: new Date('2026-11-27T11:08'),
        flags,
      }),
      scene.share('مريم', { files: { 'تقرير نهائي.pdf': randomBytes(3_300_000) }, flags }),
    ]);
  }, 60_000);
  afterEach(async () => expect(await scene.leave()).toEqual([]));
  afterAll(() => scene?.[Symbol.asyncDispose]());

  it('leads from its address to a finished download without a mouse', async () => {
    const page = await scene.open(gui.url);
    await rowOf(page, 'Budget 2026.xlsx').first().waitFor();
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await press('Tab');
    await focused(page.getByRole('button', { name: 'Skip to the content' }));
    await press('Enter');
    await tabTo(page, page.getByRole('searchbox'));
    await page.keyboard.type('lab data');
    await eventually(() => page.locator('.resources [data-row]').count()).toBe(1);
    await tabTo(page, page.getByRole('button', { name: 'Lab data 2026-11.csv', exact: true }));
    await press('Enter');
    await tabTo(page, page.getByRole('dialog').getByRole('button', { name: 'Download from selected peer' }));
    await press('Enter');
    await page.getByText('“Lab data 2026-11.csv” is on its way.').waitFor();
    await press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await focused(page.getByRole('button', { name: 'Lab data 2026-11.csv', exact: true }));
    await tabTo(page, page.getByRole('link', { name: 'Transfers' }));
    await press('Enter');
    await cardOf(page, 'Lab data 2026-11.csv').getByText('verified', { exact: true }).waitFor();
    const saved = readFileSync(join(gui.downloads, 'downloaded_Yusuf_Lab data 2026-11.csv'));
    expect(saved.equals(readFileSync(scene.at('Yusuf', 'Lab data 2026-11.csv')))).toBe(true);
  });

  it('goes from row to row by the arrows', async () => {
    const page = await scene.enter(gui);
    const rows = page.locator('.resources [data-main]');
    await rows.first().focus();
    await page.keyboard.press('ArrowDown');
    await focused(rows.nth(1));
    await page.keyboard.press('End');
    await focused(rows.last());
    await page.keyboard.press('Home');
    await focused(rows.first());
  });

  it.each(['light', 'dark'] as const)('has no serious fault that axe knows in the %s look', async (colorScheme) => {
    // Colours that are on their way from one to another are no fault.
    const page = await scene.enter(gui, { colorScheme, reducedMotion: 'reduce' });
    const dark = await page.evaluate<number>('Number(/\\d+/.exec(getComputedStyle(document.body).backgroundColor)[0])');
    expect(dark < 128).toBe(colorScheme === 'dark');
    await addAxe(page);
    const look = async (where: string): Promise<void> => expect(await graveFaults(page), where).toEqual([]);
    for (const place of places) {
      await go(page, place);
      if (place === 'Resources') {
        await rowOf(page, 'Site plan.pdf', '2 owners').waitFor();
        if (colorScheme === 'light') await shoot(page, 'page-resources');
      }
      if (place === 'API') await page.getByRole('heading', { level: 2 }).first().waitFor();
      await look(place);
    }
    await go(page, 'Publish');
    await page.getByRole('button', { name: 'Choose files or folders' }).click();
    await page.getByRole('button', { name: 'Open Documents' }).click();
    await page.getByRole('checkbox', { name: 'Thesis draft 4.pdf' }).check();
    await page.getByRole('textbox', { name: 'Description' }).fill('For comments, until Friday');
    await look('choosing what to publish');
    if (colorScheme === 'light') await shoot(page, 'page-publish', gui.home);
    await page.keyboard.press('Escape');
    await go(page, 'Resources');
    await rowOf(page, 'Budget 2026.xlsx', 'Jonas').locator('[data-main]').click();
    await page.getByRole('dialog').getByText('2 different files').waitFor();
    await look('details');
    await page.getByRole('button', { name: 'Link or QR code for a phone' }).click();
    await look('asking for a link');
    await page.getByRole('button', { name: 'Make the link' }).click();
    await page.getByRole('img', { name: 'QR' }).waitFor();
    await look('a link');
  });

  it('is all in reach on a phone, in the dark look', async () => {
    const page = await scene.enter(gui, { viewport: phone, colorScheme: 'dark', hasTouch: true });
    await rowOf(page, 'Site plan.pdf').waitFor();
    await shoot(page, 'page-phone');
    for (const place of places) {
      if (behind.includes(place)) await page.locator('.nav-more').tap();
      await go(page, place);
      expect(await beyondEdges(page), place).toEqual([]);
    }
    await go(page, 'Resources');
    await rowOf(page, 'Site plan.pdf').locator('[data-main]').tap();
    await page.getByRole('dialog').getByRole('button', { name: 'Download from all 2 owners' }).tap();
    expect(await beyondEdges(page), 'details').toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).tap();
    await page.getByRole('link', { name: 'Transfers' }).tap();
    await cardOf(page, 'Site plan.pdf').getByText('verified', { exact: true }).waitFor();
    expect(await beyondEdges(page), 'transfers').toEqual([]);
  });

  it('draws a running download with the owners that feed it', async () => {
    const page = await scene.enter(gui, { reducedMotion: 'reduce' });
    await rowOf(page, 'Field recordings.wav').getByRole('button', { name: 'Download' }).click();
    await go(page, 'Transfers');
    await page.getByRole('button', { name: 'Dismiss' }).click();
    const card = cardOf(page, 'Field recordings.wav');
    await card.getByRole('button', { name: 'More' }).click();
    for (const owner of ['Amelia', 'Jonas']) await card.getByRole('row', { name: owner }).waitFor();
    await eventually(() => card.locator('.pieces .have').count()).toBeGreaterThan(1);
    await waitForMore(card, film.length / 3);
    const line = page.getByRole('figure').filter({ hasText: 'Rates' }).locator('.first path.line');
    await eventually(() => line.getAttribute('d')).toMatch(/^M/);
    await shoot(page, 'page-transfers', gui.home);
    await addAxe(page);
    expect(await graveFaults(page)).toEqual([]);
  });
});

/** The element, where it has the focus. */
const focusOn = (element: Locator): Locator => element.and(element.page().locator(':focus'));
const focused = (element: Locator): Promise<void> => focusOn(element).waitFor();

/** Presses Tab until the focus is there, as somebody does who has no mouse. */
async function tabTo(page: Page, element: Locator): Promise<void> {
  await element.waitFor();
  for (let pressed = 0; pressed < mostTabs; pressed += 1) {
    if ((await focusOn(element).count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${element}`);
}
