import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { browserTrouble, openBrowser } from '../support/browser.ts';
import { type Line, rollcall, type Started, start, startTracker, temporaryFolder } from './program.ts';

export const trouble: string | undefined = browserTrouble();
if (trouble !== undefined) console.warn(`the pages are not looked at: ${trouble}`);

export const wide: Size = { width: 1280, height: 800 };
export const phone: Size = { width: 360, height: 740 };

interface Size {
  width: number;
  height: number;
}

/** How long a page may take to show something, milliseconds: also on a machine that does much else. */
const patienceMs = 20_000;

export interface PeerWish {
  /** Contents by file name: they are written into the peer's own folder. */
  files: Readonly<Record<string, string | Uint8Array>>;
  /** When they were written last; now where it is missing. */
  modified?: Date;
  flags?: readonly string[];
}

export interface Gui extends Started {
  /** Good once. */
  readonly url: string;
  /** Where its page is, without a code. */
  readonly origin: string;
  readonly token: string;
  /** The home folder of whoever runs it, and where it saves downloads. */
  readonly home: string;
  readonly downloads: string;
}

export interface OpenWish extends BrowserContextOptions {
  /** What a browser may complain of in this test, since it is what is tried. */
  forgiven?: RegExp;
}

/** A tracker and whoever joins it, on loopback, and a browser to look at them with. */
export interface Scene extends AsyncDisposable {
  readonly tracker: Started & { address: string };
  /** Another tracker in the place of the first one. */
  restartTracker(): Promise<void>;
  at(...parts: string[]): string;
  /** A peer that shares, once everything is announced. */
  share(user: string, wish: PeerWish): Promise<Started>;
  /** What `rollcall ls --json` tells somebody, or nobody in particular. */
  ls(user?: string): Promise<Line[]>;
  /** `rollcall gui`; without a name it is told neither name nor tracker. */
  gui(user?: string, ...flags: string[]): Promise<Gui>;
  /** A page in a browser of its own: nothing is kept from others. */
  open(url: string, wish?: OpenWish): Promise<Page>;
  /** The page of a client, whether its address was used or not. */
  enter(gui: Gui, wish?: OpenWish): Promise<Page>;
  /** The page of a new client, which is connected. */
  page(user: string, wish?: OpenWish): Promise<{ gui: Gui; page: Page }>;
  /** Closes all pages; what browsers have complained of since this was asked last: errors, a content policy that was broken. */
  leave(): Promise<string[]>;
}

export async function openScene(...trackerFlags: string[]): Promise<Scene> {
  const folder = temporaryFolder();
  const at = (...parts: string[]): string => join(folder.path, ...parts);
  const [browser, first] = await Promise.all([openBrowser(), startTracker(folder.path, ...trackerFlags)]);
  const running: Started[] = [];
  let tracker = first;
  let complaints: string[] = [];

  const run = (...args: Parameters<typeof start>): Started => {
    const process = start(...args);
    running.push(process);
    return process;
  };
  const openIn = async (url: string, token: string | undefined, wish: OpenWish = {}): Promise<Page> => {
    const { forgiven, ...options } = wish;
    const context = await browser.newContext({ viewport: wide, ...options });
    context.setDefaultTimeout(patienceMs);
    if (token !== undefined) await context.addInitScript(`sessionStorage.setItem('rollcall-token', '${token}')`);
    const page = await context.newPage();
    const complain = (text: string): void => {
      if (forgiven === undefined || !forgiven.test(text)) complaints.push(`${page.url()}: ${text}`);
    };
    page.on('pageerror', (error) => complain(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complain(message.text());
    });
    await page.goto(url);
    return page;
  };
  const scene: Scene = {
    get tracker() {
      return tracker;
    },
    async restartTracker() {
      const port = tracker.address.replace(/^.*:/, '');
      tracker = await startTracker(folder.path, ...trackerFlags, '--port', port);
    },
    at,
    async share(user, { files, modified = new Date(), flags = [] }) {
      mkdirSync(at(user), { recursive: true });
      for (const [name, content] of Object.entries(files)) {
        writeFileSync(at(user, name), content);
        utimesSync(at(user, name), modified, modified);
      }
      const paths = Object.keys(files).map((name) => at(user, name));
      const named = ['--server', tracker.address, '--user', user, '--home', at(`home-${user}`), '--json'];
      const peer = run(['share', ...paths, ...named, ...flags]);
      for (const name of Object.keys(files)) {
        await peer.line((line) => line['event'] === 'announced' && line['name'] === name);
      }
      return peer;
    },
    async ls(user) {
      const named = user === undefined ? [] : ['--user', user];
      const where = ['--server', tracker.address, '--home', at(`home-${user ?? 'guest'}`), '--json'];
      const { status, stderr, lines } = await rollcall(['ls', ...where, ...named]);
      expect(status, stderr).toBe(0);
      return lines;
    },
    async gui(user, ...flags) {
      const name = user ?? 'nobody';
      const downloads = at(name, 'Downloads');
      mkdirSync(downloads, { recursive: true });
      const named = user === undefined ? [] : [tracker.address, user];
      const places = ['--home', at(name, '.config', 'rollcall'), '--downloads', downloads];
      const gui = run(['gui', ...named, '--no-open', '--json', ...places, ...flags], { HOME: at(name) });
      const ready = await gui.line((line) => line['event'] === 'ready');
      const url = String(ready['url']);
      const { origin } = new URL(url);
      return Object.assign(gui, { url, origin, token: String(ready['token']), home: at(name), downloads });
    },
    open: (url, wish) => openIn(url, undefined, wish),
    enter: (gui, wish) => openIn(gui.origin, gui.token, wish),
    async page(user, wish) {
      const gui = await scene.gui(user);
      await gui.line((line) => line['event'] === 'connection' && line['state'] === 'online');
      const page = await scene.open(gui.url, wish);
      await page.locator('.connection', { hasText: user }).waitFor();
      return { gui, page };
    },
    async leave() {
      await Promise.all(browser.contexts().map((context) => context.close()));
      const all = complaints;
      complaints = [];
      return all;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await Promise.all([...running, tracker, first].map((process) => process[Symbol.asyncDispose]()));
      folder[Symbol.dispose]();
    },
  };
  return scene;
}

/** Looks again and again, as patiently as a page is waited for. */
export const eventually = <T>(look: () => T): ReturnType<typeof expect.poll<T>> =>
  expect.poll(look, { timeout: patienceMs, interval: 100 });

/** Goes to a place by the navigation, as a person does. */
export async function go(page: Page, place: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place }).click();
  await page.getByRole('heading', { level: 1, name: place }).waitFor();
}

/** The row of a resource; of several by one name the one that `besides` fits too. */
export const rowOf = (page: Page, name: string, besides?: string | RegExp): Locator =>
  page
    .locator('.resources [data-row]')
    .filter({ has: page.getByRole('button', { name, exact: true }) })
    .filter(besides === undefined ? {} : { hasText: besides });

/** The card of a download. */
export const cardOf = (page: Page, name: string): Locator =>
  page.locator('.card').filter({ has: page.locator('strong', { hasText: name }) });

/** Bytes of it that have come, as its progress bar has them. */
export const bytesOf = async (card: Locator): Promise<number> =>
  Number(await card.locator('progress').getAttribute('value'));

/** Resolves once more than that has come. */
export const waitForMore = (card: Locator, bytes: number): Promise<void> =>
  eventually(() => bytesOf(card)).toBeGreaterThan(bytes);
