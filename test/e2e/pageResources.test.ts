import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cardOf, eventually, type Gui, go, openScene, rowOf, type Scene, trouble } from './pageScene.ts';
import type { Started } from './program.ts';

const same = 'the same slides, to the last byte';

describe.runIf(trouble === undefined)('the resources on the page', { timeout: 120_000 }, () => {
  let scene: Scene;
  let gui: Gui;
  let page: Page;
  let mortal: Started;

  beforeAll(async () => {
    scene = await openScene();
    gui = await scene.gui('Ada');
    const shares = [
      scene.share('Bob', { files: { 'report.txt': 'the report of Bob', 'slides.pdf': same } }),
      scene.share('Carol', { files: { 'report.txt': 'another one, by Carol', 'slides.pdf': same } }),
      scene.share('Mortimer', { files: { 'short-lived.txt': 'soon gone' } }),
    ] as const;
    [, , mortal] = await Promise.all(shares);
  }, 60_000);
  afterEach(async () => expect(await scene.leave()).toEqual([]));
  afterAll(() => scene?.[Symbol.asyncDispose]());

  const open = async (): Promise<void> => {
    page = await scene.enter(gui);
    await rowOf(page, 'short-lived.txt').waitFor();
  };
  const names = (): Promise<string[]> => page.locator('.resources [data-main]').allTextContents();

  it('are found by name and by owner while one types, in the address too', async () => {
    page = await scene.enter(gui);
    await rowOf(page, 'slides.pdf').waitFor();
    const search = page.getByRole('searchbox');
    await search.pressSequentially('slid');
    await eventually(names).toEqual(['slides.pdf']);
    await search.fill('mortim');
    await eventually(names).toEqual(['short-lived.txt']);
    await search.fill('nothing of this name');
    await page.getByRole('heading', { name: 'Nothing fits' }).waitFor();
    await page.getByRole('link', { name: 'Show everything' }).click();
    await page.getByRole('combobox', { name: 'Owner' }).selectOption('Carol');
    await eventually(names).toEqual(['report.txt', 'slides.pdf']);
    expect(page.url()).toContain('owner=Carol');
    await page.reload();
    await eventually(names).toEqual(['report.txt', 'slides.pdf']);
  });

  it('tell two different files of one name apart, and the chosen one is saved under its owner’s name', async () => {
    page = await scene.enter(gui);
    await rowOf(page, 'slides.pdf').waitFor();
    const reports = rowOf(page, 'report.txt');
    expect(await reports.count()).toBe(2);
    expect(await reports.locator('.badge').allTextContents()).toEqual(['1 of 2 different', '1 of 2 different']);
    const ids = await reports.locator('code').allTextContents();
    expect(new Set(ids).size).toBe(2);

    await rowOf(page, 'report.txt', 'Carol').locator('[data-main]').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('2 different files go by this name').waitFor();
    await dialog.getByRole('button', { name: 'Download from selected peer' }).click();
    await page.keyboard.press('Escape');
    await go(page, 'Transfers');
    await cardOf(page, 'report.txt').getByText('verified', { exact: true }).waitFor();
    const saved = join(gui.downloads, 'downloaded_Carol_report.txt');
    expect(await readFile(saved, 'utf8')).toBe('another one, by Carol');
    await cardOf(page, 'report.txt').getByText(saved).waitFor();
  });

  it('have identical copies as one row with both owners, of whom one is picked', async () => {
    page = await scene.enter(gui);
    await rowOf(page, 'slides.pdf', '2 owners').locator('[data-main]').click();
    expect(await rowOf(page, 'slides.pdf').count()).toBe(1);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Download from all 2 owners' }).waitFor();
    await dialog.getByRole('radio', { name: 'Carol' }).check();
    await dialog.getByRole('button', { name: 'Download from selected peer' }).click();
    await page.keyboard.press('Escape');
    await go(page, 'Transfers');
    await cardOf(page, 'slides.pdf').getByText('verified', { exact: true }).waitFor();
    expect(await readFile(join(gui.downloads, 'downloaded_Carol_slides.pdf'), 'utf8')).toBe(same);
  });

  it('come and go by themselves: a peer that was killed is off the page within seconds', async () => {
    await open();
    mortal.child.kill('SIGKILL');
    const killed = performance.now();
    await rowOf(page, 'short-lived.txt').waitFor({ state: 'detached' });
    expect(performance.now() - killed).toBeLessThan(12_000);
    await go(page, 'Roll');
    const users = page.getByRole('table', { name: 'Users' });
    await users.getByRole('link', { name: 'Bob' }).waitFor();
    expect(await users.getByRole('link', { name: 'Mortimer' }).count()).toBe(0);
    await scene.share('Nadia', { files: { 'new.txt': 'just come' } });
    await users.getByRole('link', { name: 'Nadia' }).click();
    await eventually(names).toEqual(['new.txt']);
  });
});
