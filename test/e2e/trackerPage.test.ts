import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { browserPath, openBrowser } from '../support/browser.ts';
import { lanTrouble, openLan } from '../support/lan.ts';
import { addAxe, beyondEdges, graveFaults, shoot } from './pageFaults.ts';
import { eventually, openScene, phone, type Scene, trouble } from './pageScene.ts';
import { type Started, start, temporaryFolder } from './program.ts';

describe.runIf(trouble === undefined)('the page of the tracker', { timeout: 120_000 }, () => {
  let scene: Scene;
  let origin: string;
  let page: Page;
  let mortal: Started;

  beforeAll(async () => {
    scene = await openScene('--http-port', '0');
    const ready = await scene.tracker.line((line) => line['event'] === 'ready');
    expect(ready['httpHost']).toBe('127.0.0.1');
    origin = `http://127.0.0.1:${ready['httpPort']}`;
    const files = { 'Budget 2026.xlsx': 'figures', 'Site plan.pdf': 'a plan', 'Onboarding.mp4': 'moving pictures' };
    [, mortal] = await Promise.all([
      scene.share('Amelia', { files }),
      scene.share('Mortimer', { files: { 'Minutes.docx': 'who said what' } }),
      scene.share('Yusuf', { files: { 'Site plan.pdf': 'a plan' } }),
    ]);
  }, 60_000);
  afterEach(async () => expect(await scene.leave()).toEqual([]));
  afterAll(() => scene?.[Symbol.asyncDispose]());

  const roll = () => page.getByRole('region', { name: 'Roll' });

  it('shows who is here, what each of them shares, and what the log says, as it happens', async () => {
    page = await scene.open(origin);
    await roll().getByRole('button', { name: 'Mortimer' }).waitFor();
    await page.getByRole('list', { name: 'What there is' }).getByText('3alive').waitFor();
    await scene.share('Zoe', { files: { 'Sketches.zip': 'lines' } });
    await roll().getByRole('button', { name: 'Zoe' }).click();
    const resources = page.getByRole('region', { name: 'Resources' });
    await eventually(() => resources.locator('[data-row] td:first-child').allTextContents()).toEqual(['Sketches.zip']);
    await resources.getByRole('button', { name: /of Zoe/ }).click();
    await resources.getByRole('searchbox').fill('site');
    await eventually(() => resources.locator('[data-row] td:first-child').allTextContents()).toEqual([
      'Site plan.pdf',
      'Site plan.pdf',
    ]);
    await page.getByRole('list', { name: 'Log, the newest first' }).getByText('Zoe').first().waitFor();
  });

  it('puts a peer that was killed on the time line with the reason, and plots what is done a second', async () => {
    page = await scene.open(origin);
    await roll().getByRole('button', { name: 'Mortimer' }).waitFor();
    mortal.child.kill('SIGKILL');
    await roll().getByRole('button', { name: 'Mortimer' }).waitFor({ state: 'detached' });
    const happened = page.getByRole('list', { name: 'What happened, the newest first' }).getByRole('listitem');
    const eviction = happened.filter({ hasText: 'Mortimer' }).filter({ hasText: 'evicted' });
    await eviction.getByText('its control connection closed, and no heartbeat in').waitFor();
    await page.getByRole('img', { name: /^Mortimer, .* evicted/ }).waitFor();
    for (const title of ['Heartbeats', 'Operations']) {
      const plot = page.getByRole('figure').filter({ hasText: title });
      await eventually(() => plot.locator('path.line').getAttribute('d')).toMatch(/^M[\d.]+ [\d.]+( ?[LHV])?/);
    }
    await shoot(page, 'tracker-page');
  });

  it('has no serious fault that axe knows in either look, and fits on a phone', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      page = await scene.open(origin, { colorScheme, reducedMotion: 'reduce' });
      await roll().getByRole('button', { name: 'Amelia' }).waitFor();
      await addAxe(page);
      expect(await graveFaults(page), colorScheme).toEqual([]);
    }
    page = await scene.open(origin, { viewport: phone });
    await roll().getByRole('button', { name: 'Amelia' }).waitFor();
    expect(await beyondEdges(page)).toEqual([]);
  });

  it('answers whoever watches over it, and no other name of this machine', async () => {
    const metrics = await ask(`${origin}/metrics`);
    expect(metrics.status).toBe(200);
    expect(metrics.text).toMatch(/^rollcall_\w*sessions\w*(\{.*\})? 3$/m);
    expect(await ask(`${origin}/healthz`)).toEqual({ status: 200, text: '{"alive":true}' });
    expect(await ask(`${origin}/readyz`)).toMatchObject({ status: 200, text: expect.stringContaining('"ready":true') });
    for (const path of ['/', '/api/v1/users', '/metrics', '/healthz']) {
      expect((await ask(origin + path, { host: 'evil.example' })).status, path).toBe(403);
      expect((await ask(origin + path, { origin: 'https://evil.example' })).status, path).toBe(403);
    }
  });
});

const noLan = trouble ?? lanTrouble();
if (noLan !== undefined) console.warn(`the tracker's page is not opened over a LAN: ${noLan}`);

describe.runIf(noLan === undefined)('the page of the tracker on a LAN', { timeout: 120_000 }, () => {
  it('wants the token of the data folder, and is unlocked by it', async () => {
    using folder = temporaryFolder();
    using lan = openLan([{ name: 'tracker' }, { name: 'desk' }]);
    const { address, on } = lan.host('tracker');
    const data = `${folder.path}/tracker`;
    await using tracker = start(
      ['server', '--data', data, '--http-port', '7451', '--http-host', address, '--json'],
      {},
      on,
    );
    await tracker.line((line) => line['event'] === 'ready');
    const token = readFileSync(`${data}/page-token`, 'utf8').trim();

    const wrapper = `${folder.path}/chromium`;
    writeFileSync(wrapper, `#!/bin/sh\nexec ${lan.host('desk').on.join(' ')} ${browserPath} "$@"\n`);
    chmodSync(wrapper, 0o755);
    const browser = await openBrowser(wrapper);
    try {
      const page = await browser.newPage();
      await page.goto(`http://${address}:7451/`);
      const field = page.getByRole('textbox', { name: 'Token' });
      await field.fill('not-the-token-of-this-one');
      await page.getByRole('button', { name: 'Show the tracker' }).click();
      await page.getByText('That is not the token of this tracker.').waitFor();
      expect(await page.getByRole('heading', { name: 'Roll', exact: true }).count()).toBe(0);
      await field.fill(token);
      await page.getByRole('button', { name: 'Show the tracker' }).click();
      await page.getByRole('heading', { name: 'Roll', exact: true }).waitFor();
      await page.reload();
      await page.getByRole('heading', { name: 'Roll', exact: true }).waitFor();
      const status = (path: string): Promise<number> => page.evaluate(`fetch('${path}').then(({ status }) => status)`);
      expect(await status('/api/v1/users')).toBe(401);
      expect(await status('/metrics')).toBe(401);
      expect(await status('/healthz')).toBe(200);
    } finally {
      await browser.close();
    }
  });
});

const ask = (url: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    request(url, { headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    })
      .once('error', reject)
      .end();
  });
