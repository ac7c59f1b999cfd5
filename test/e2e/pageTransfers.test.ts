import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  bytesOf,
  cardOf,
  eventually,
  type Gui,
  go,
  openScene,
  rowOf,
  type Scene,
  trouble,
  waitForMore,
} from './pageScene.ts';

const MB = 1_000_000;
/** As slow as leaves time to look, and some seconds for all of it. */
const limited = ['--limit-up', '4M'];

describe.runIf(trouble === undefined)('a download on the page', { timeout: 120_000 }, () => {
  let scene: Scene;
  let gui: Gui;
  let page: Page;

  beforeAll(async () => {
    scene = await openScene();
    gui = await scene.gui('Ada');
  }, 60_000);
  afterEach(async () => expect(await scene.leave()).toEqual([]));
  afterAll(() => scene?.[Symbol.asyncDispose]());

  /** Starts it, from the owner who is named or from all; what has come is in sight. */
  async function begin(name: string, owner?: string): Promise<Locator> {
    page = await scene.enter(gui);
    await rowOf(page, name).locator('[data-main]').click();
    const dialog = page.getByRole('dialog');
    if (owner === undefined) await dialog.getByRole('button', { name: /^Download( from all .*)?$/ }).click();
    else {
      await dialog.getByRole('radio', { name: owner }).check();
      await dialog.getByRole('button', { name: 'Download from selected peer' }).click();
    }
    await page.keyboard.press('Escape');
    await go(page, 'Transfers');
    const card = cardOf(page, name);
    await waitForMore(card, 0);
    return card;
  }
  const verified = (card: Locator): Promise<void> =>
    card.getByText('verified', { exact: true }).waitFor({ timeout: 40_000 });
  const saved = (owner: string, name: string): Buffer =>
    readFileSync(join(gui.downloads, `downloaded_${owner}_${name}`));

  it('shows what comes and from whom, and ends with the right bytes though its owner is killed in the middle', async () => {
    const content = randomBytes(16 * MB);
    const bob = await scene.share('Bob', { files: { 'film.bin': content }, flags: limited });
    await scene.share('Carol', { files: { 'film.bin': content }, flags: limited });
    page = await scene.enter(gui);
    await rowOf(page, 'film.bin', '2 owners').waitFor();
    const card = await begin('film.bin', 'Bob');
    await card.getByText('running').waitFor();
    await card.getByText(/\d% *[\d.]+ MB of 16 MB *[\d.]+ .?B\/s/).waitFor();
    await card.getByRole('button', { name: 'More' }).click();
    await card.getByRole('row', { name: 'Bob' }).waitFor();
    bob.child.kill('SIGKILL');
    await card.getByRole('row', { name: 'Carol' }).waitFor();
    await verified(card);
    expect(saved('Bob', 'film.bin').equals(content)).toBe(true);
  });

  it('rests while it is paused, and goes on to the right bytes', async () => {
    const content = randomBytes(12 * MB);
    await scene.share('Dora', { files: { 'album.bin': content }, flags: limited });
    const card = await begin('album.bin');
    await card.getByRole('button', { name: 'Pause: album.bin' }).click();
    await card.getByText('paused', { exact: true }).waitFor();
    const resting = await bytesOf(card);
    expect(resting).toBeLessThan(content.length);
    await eventually(() => page.locator('.rates').textContent()).toBe('');
    expect(await bytesOf(card)).toBe(resting);
    await card.getByRole('button', { name: 'Resume: album.bin' }).click();
    await waitForMore(card, resting);
    await verified(card);
    expect(saved('Dora', 'album.bin').equals(content)).toBe(true);
  });

  it('leaves nothing of it in the downloads folder where it is cancelled', async () => {
    await scene.share('Emil', { files: { 'unwanted.bin': randomBytes(12 * MB) }, flags: limited });
    const before = readdirSync(gui.downloads);
    const card = await begin('unwanted.bin');
    expect(readdirSync(gui.downloads).length).toBeGreaterThan(before.length);
    await card.getByRole('button', { name: 'Cancel, and remove what has come: unwanted.bin' }).click();
    await card.getByText('cancelled', { exact: true }).waitFor();
    await eventually(() => readdirSync(gui.downloads)).toEqual(before);
    await card.getByRole('button', { name: 'Take it off the list: unwanted.bin' }).click();
    await card.waitFor({ state: 'detached' });
  });

  it('goes on while the tracker is away', async () => {
    const content = randomBytes(20 * MB);
    await scene.share('Fritz', { files: { 'long.bin': content }, flags: limited });
    const card = await begin('long.bin');
    scene.tracker.child.kill('SIGKILL');
    const mark = page.locator('.connection');
    await mark.getByText('Reconnecting').waitFor();
    await waitForMore(card, await bytesOf(card));
    await verified(card);
    expect(saved('Fritz', 'long.bin').equals(content)).toBe(true);
    await scene.restartTracker();
    await mark.getByText('Ada').waitFor({ timeout: 30_000 });
  });
});
