import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type Gui, go, openScene, type Scene, trouble } from './pageScene.ts';
import { start } from './program.ts';

describe.runIf(trouble === undefined)('the page and its connection', { timeout: 120_000 }, () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene();
    await scene.share('Bob', { files: { 'notes.txt': 'a note' } });
  }, 60_000);
  afterEach(async () => expect(await scene.leave()).toEqual([]));
  afterAll(() => scene?.[Symbol.asyncDispose]());

  it('asks for tracker and name, says beside the field what is wrong with either, and then connects', async () => {
    const gui = await scene.gui();
    const page = await scene.open(gui.url, { forgiven: /the server responded with a status of (4|5)\d\d/ });
    const mark = page.locator('.connection');
    const tracker = page.getByRole('combobox', { name: 'Tracker' });
    const user = page.getByRole('textbox', { name: 'User name' });
    const submit = page.getByRole('button', { name: 'Connect', exact: true });
    const wrongAt = (label: string) => page.locator('.field', { hasText: label }).locator('.wrong');
    await page.getByRole('heading', { name: 'Connect to a tracker' }).waitFor();
    expect(await mark.textContent()).toContain('Offline');

    await submit.click();
    await wrongAt('Tracker').filter({ hasText: 'Say where the tracker is' }).waitFor();
    await wrongAt('User name').filter({ hasText: 'Choose a name' }).waitFor();

    await tracker.fill('127.0.0.1:1');
    await user.fill('Carol');
    await submit.click();
    await wrongAt('Tracker').filter({ hasText: '127.0.0.1:1' }).waitFor();
    expect(await tracker.getAttribute('aria-invalid')).toBe('true');
    expect(await wrongAt('User name').count()).toBe(0);

    await tracker.fill(scene.tracker.address);
    await user.fill('Bob');
    await submit.click();
    await wrongAt('User name').filter({ hasText: 'Bob' }).waitFor();
    expect(await wrongAt('Tracker').count()).toBe(0);

    await user.fill('Carol');
    await submit.click();
    await mark.filter({ hasText: new RegExp(`Carol ?at ${scene.tracker.address}`) }).waitFor();
    await page.getByRole('button', { name: 'notes.txt', exact: true }).waitFor();
    for (const place of ['Roll', 'Publish', 'Settings']) {
      await go(page, place);
      expect(await mark.isVisible()).toBe(true);
    }
  });

  it('takes the code out of the address, keeps the session over a reload, and lets nobody in by the code again', async () => {
    const { gui, page } = await scene.page('Dora');
    expect(page.url()).toBe(`${gui.origin}/`);
    await page.reload();
    await page.locator('.connection', { hasText: 'Dora' }).waitFor();
    const second = await scene.open(gui.url, { forgiven: /status of 403/ });
    await second.getByRole('heading', { name: 'Open this page anew' }).waitFor();
  });

  it('says how to open it anew once its rollcall has ended and another was started at its port', async () => {
    const gui = await scene.gui('Edith');
    const page = await scene.open(gui.url, { forgiven: /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|status of 401/ });
    await page.locator('.connection', { hasText: 'Edith' }).waitFor();
    await gui[Symbol.asyncDispose]();
    await page.locator('.strip', { hasText: 'rollcall does not answer' }).waitFor();
    await scene.gui('Edith', '--http-port', new URL(gui.origin).port);
    await page.getByRole('heading', { name: 'Open this page anew' }).waitFor();
  });

  it('shows the same on two pages at once', async () => {
    const { gui, page } = await scene.page('Frida');
    const second = await page.context().newPage();
    await second.goto(gui.origin);
    await go(page, 'Settings');
    await go(second, 'Settings');
    await page.getByRole('textbox', { name: 'Download at most' }).fill('5M');
    await page.getByRole('button', { name: 'Save' }).click();
    await eventually(() => second.getByRole('textbox', { name: 'Download at most' }).inputValue()).toBe('5M');
    await page.close();
    await go(second, 'Resources');
    await second.getByRole('button', { name: 'notes.txt', exact: true }).waitFor();
  });

  it('is not held up by a page that reads none of its events', async () => {
    const { gui, page } = await scene.page('Gerda');
    const { hostname, port } = new URL(gui.origin);
    const deaf = connect(Number(port), hostname);
    try {
      deaf.write(
        `GET /api/v1/events HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${gui.token}\r\n\r\n`,
      );
      deaf.pause();
      await scene.share('Hilde', { files: { 'late.txt': 'came later' } });
      await page.getByRole('button', { name: 'late.txt', exact: true }).waitFor();
    } finally {
      deaf.destroy();
    }
  });

  it('loses the tracker and finds it again by itself', async () => {
    const { page } = await scene.page('Ida');
    const mark = page.locator('.connection');
    scene.tracker.child.kill('SIGKILL');
    await mark.filter({ hasText: 'Reconnecting' }).waitFor();
    await go(page, 'Connection');
    await page.getByRole('heading', { name: `Lost ${scene.tracker.address}` }).waitFor();
    await scene.restartTracker();
    await mark.filter({ hasText: new RegExp(`Ida ?at ${scene.tracker.address}`) }).waitFor({ timeout: 20_000 });
    await go(page, 'Resources');
    await page.getByRole('button', { name: 'notes.txt', exact: true }).waitFor({ timeout: 20_000 });
  });

  it('answers no other site, no other name of this machine, and nobody without the token', async () => {
    const gui = await scene.gui('Jana');
    const status = '/api/v1/status';
    const token = { authorization: `Bearer ${gui.token}` };
    expect(await ask(gui, status, token)).toBe(200);
    expect(await ask(gui, status)).toBe(401);
    expect(await ask(gui, status, { authorization: 'Bearer of-somebody-else' })).toBe(401);
    expect(await ask(gui, status, { ...token, host: `evil.example:${new URL(gui.origin).port}` })).toBe(403);
    expect(await ask(gui, '/', { host: 'evil.example' })).toBe(403);
    expect(await ask(gui, status, { ...token, origin: 'https://evil.example' })).toBe(403);
    expect(await ask(gui, status, { ...token, origin: 'http://127.0.0.1:1' })).toBe(403);
    expect(await ask(gui, status, { ...token, origin: gui.origin })).toBe(200);
  });

  it('is not started where its port is in use', async () => {
    const gui = await scene.gui('Karin');
    const { port } = new URL(gui.origin);
    await using second = start(['gui', '--no-open', '--home', scene.at('home-second'), '--http-port', port]);
    expect(await second.ended()).toBe(2);
    expect(second.stderr()).toContain(`port ${port} on 127.0.0.1 is in use`);
  });
});

/** The status of an answer: by a client that lets a caller name any Host. */
const ask = ({ origin }: Gui, path: string, headers: Record<string, string> = {}): Promise<number> =>
  new Promise((resolve, reject) => {
    request(new URL(path, origin), { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .once('error', reject)
      .end();
  });
