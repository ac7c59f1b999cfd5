import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type Gui, go, openScene, rowOf, type Scene, trouble } from './pageScene.ts';

/** Text that would run where somebody took it for markup. */
const markup = '<svg onload=alert(1)>.txt';
const script = '<script>alert(1)<&lt;b&gt;.txt';
const rightToLeft = 'تقرير نهائي.pdf';

describe.runIf(trouble === undefined)('what is published on the page', { timeout: 120_000 }, () => {
  let scene: Scene;
  let gui: Gui;
  let page: Page;

  beforeAll(async () => {
    scene = await openScene();
    gui = await scene.gui('Ada');
    await scene.share('Bob', { files: { [markup]: 'not markup', [script]: 'no script', [rightToLeft]: 'a report' } });
  }, 60_000);
  afterEach(async () => expect(await scene.leave()).toEqual([]));
  afterAll(() => scene?.[Symbol.asyncDispose]());

  /** Opens the page anew: the first test uses the address that is good once, the others know the token. */
  const open = async (): Promise<void> => {
    page = await scene.enter(gui);
    await page.locator('.connection', { hasText: 'Ada' }).waitFor();
  };
  const listed = async (user?: string): Promise<unknown[]> => (await scene.ls(user)).map((line) => line['name']);
  const card = (name: string): Locator => page.locator('.card', { hasText: name });

  it('is chosen in the folders of this machine and described, seen by others, and withdrawn', async () => {
    mkdirSync(join(gui.home, 'papers'), { recursive: true });
    writeFileSync(join(gui.home, 'papers', 'thesis.txt'), 'many words');
    await open();
    await go(page, 'Publish');
    await page.getByRole('button', { name: 'Choose files or folders' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Open papers' }).click();
    await dialog.getByLabel('thesis.txt').check();
    await dialog.getByRole('textbox', { name: 'Description' }).fill('The last version');
    await dialog.getByRole('button', { name: 'Publish 1' }).click();
    await card('thesis.txt').getByText('shared', { exact: true }).waitFor();
    expect(await scene.ls()).toContainEqual(
      expect.objectContaining({ name: 'thesis.txt', owner: 'Ada', size: 10, description: 'The last version' }),
    );
    await page.getByRole('button', { name: 'Withdraw thesis.txt' }).click();
    await dialog.getByRole('button', { name: 'Withdraw', exact: true }).click();
    await card('thesis.txt').waitFor({ state: 'detached' });
    await eventually(() => listed()).not.toContain('thesis.txt');
  });

  it('is seen by the named users alone, where some are named', async () => {
    writeFileSync(join(gui.home, 'papers', 'grades.txt'), 'for Bob');
    await open();
    await go(page, 'Publish');
    await page.getByRole('button', { name: 'Choose files or folders' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Open papers' }).click();
    await dialog.getByLabel('grades.txt').check();
    await dialog.getByLabel('Only these users').check();
    await dialog.getByRole('button', { name: 'Publish 1' }).click();
    await dialog.getByText('Pick or name at least one user').waitFor();
    await dialog.getByRole('button', { name: 'Bob', exact: true }).click();
    await dialog.getByRole('button', { name: 'Publish 1' }).click();
    await card('grades.txt').getByText('shared', { exact: true }).waitFor();
    await card('grades.txt').getByText('Only for Bob').waitFor();
    expect(await listed('Bob')).toContain('grades.txt');
    expect(await listed('Eve')).not.toContain('grades.txt');
    expect(await listed()).not.toContain('grades.txt');
  });

  it('is what was dropped on the page, copied into the share folder', async () => {
    await open();
    await page.evaluate(`{
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['dropped bytes'], 'dropped.txt'));
      dataTransfer.items.add(new File(['others'], 'beside.txt'));
      globalThis.dropNow = () => document.body.dispatchEvent(
        new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      document.body.dispatchEvent(new DragEvent('dragenter', { dataTransfer, bubbles: true, cancelable: true }));
    }`);
    await page.getByText('Drop it to publish it').waitFor();
    await page.evaluate('dropNow()');
    const dialog = page.getByRole('dialog', { name: 'Publish 2 files' });
    await dialog.getByRole('textbox', { name: 'Description' }).fill('from the desk');
    await dialog.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText('2 files are published.').waitFor();
    await eventually(() => scene.ls()).toContainEqual(
      expect.objectContaining({ name: 'dropped.txt', owner: 'Ada', size: 13, description: 'from the desk' }),
    );
    expect(await listed()).toContain('beside.txt');
    await go(page, 'Resources');
    await rowOf(page, 'dropped.txt').getByText('yours').waitFor();
  });

  it('is shown as it is called, whatever stands in its name, and runs nothing', async () => {
    await open();
    await go(page, 'Resources');
    let alerts = 0;
    page.on('dialog', (alert) => {
      alerts += 1;
      void alert.dismiss();
    });
    for (const name of [markup, script, rightToLeft]) {
      expect(await rowOf(page, name).locator('[data-main]').textContent()).toBe(name);
    }
    await rowOf(page, markup).locator('[data-main]').click();
    await page.getByRole('dialog').getByRole('heading', { name: markup }).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Download from selected peer' }).click();
    await page.keyboard.press('Escape');
    await go(page, 'Transfers');
    await page.getByText('verified', { exact: true }).waitFor();
    await go(page, 'System log');
    expect(await page.locator('svg[onload]').count()).toBe(0);
    expect(await page.locator('script:not([src])').count()).toBe(0);
    expect(alerts).toBe(0);
  });

  it('keeps its row in order where its name is written from right to left', async () => {
    await open();
    await go(page, 'Resources');
    const centers = async (name: string): Promise<number[]> =>
      Promise.all(
        ['.name', '.size', '.owners', '.changed', '.act'].map(async (cell) => {
          const box = await rowOf(page, name).locator(cell).boundingBox();
          return Math.round(box?.x ?? -1);
        }),
      );
    const places = await centers(rightToLeft);
    expect(places).toEqual(await centers(markup));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(await rowOf(page, rightToLeft).locator('.owners').textContent()).toBe('Bob');
  });

  it('has a link with a QR code that gives the bytes as often as was said', async () => {
    await open();
    await go(page, 'Resources');
    await rowOf(page, rightToLeft).locator('[data-main]').click();
    await page.getByRole('button', { name: 'Link or QR code for a phone' }).click();
    const dialog = page.getByRole('dialog', { name: 'Link for a phone' });
    await dialog.getByRole('textbox', { name: 'Downloads' }).fill('none');
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    await dialog.getByText('A whole number from 1 to 1000').waitFor();
    await dialog.getByRole('textbox', { name: 'Downloads' }).fill('1');
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    const address = await dialog.getByRole('textbox', { name: 'Address' }).inputValue();
    const code = await dialog.getByRole('img', { name: 'QR' }).boundingBox();
    expect(code?.width).toBeGreaterThan(150);
    expect(await fetched(`${address}/file`, 1)).toEqual(['200', 'a report']);
    expect(await fetched(`${address}/file`, 2)).toEqual(['403', expect.any(String)]);
  });
});

/** What a browser without a certificate's trust is given by a link: the status, and the body. */
const fetched = (url: string, phone: number): Promise<[string, string]> =>
  new Promise((resolve, reject) => {
    const flags = ['-sSk', '--interface', `127.0.0.${phone}`, '--max-time', '10', '-w', '\n%{http_code}'];
    execFile('curl', [...flags, url], (error, stdout) => {
      if (error) return reject(error);
      const end = stdout.lastIndexOf('\n');
      resolve([stdout.slice(end + 1), stdout.slice(0, end)]);
    });
  });
