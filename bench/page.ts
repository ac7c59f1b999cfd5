import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { browserTrouble, openBrowser } from '../test/support/browser.ts';
import { type Api, ask, request } from './page/api.ts';
import { perSecond } from './page/load.ts';
import { available, program, type Running, start, startTracker } from './processes.ts';
import type { BenchRow } from './rows.ts';
import { spread, timed } from './timing.ts';

const resources = 10_000;
const openings = 9;
const announcements = 30;
const patienceMs = 300_000;

/** The web page and its API, with ten thousand resources on the roll. */
export async function pageBench(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  try {
    mkdirSync(join(folder, 'many'));
    for (let at = 0; at < resources; at++) writeFileSync(join(folder, 'many', `lecture ${at}.txt`), `lecture ${at}`);
    await using tracker = await startTracker(folder);
    const gui = (name: string, ...more: string[]): Running => {
      const home = join(folder, name);
      const args = ['gui', tracker.address, name, '--home', home, '--downloads', home, '--no-open', '--json', ...more];
      return start('node', [program, ...args]);
    };
    await using bob = gui('Bob', '--share', join(folder, 'many'));
    await using carol = gui('Carol');
    await using dora = gui('Dora');
    await bob.event('ready');
    const [ours, theirs] = [await ready(carol), await ready(dora)];
    await until(async () => (await status(ours)).roll.resources === resources);
    return [...weight(), ...(await seen(ours, theirs, folder)), ...(await requests(ours, folder))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ready(gui: Running): Promise<Api> {
  const { url, token } = await gui.event('ready');
  return { origin: new URL(String(url)).origin, token: String(token) };
}

interface Status {
  roll: { resources: number };
}

const status = (api: Api): Promise<Status> => ask<Status>(api, 'GET', '/api/v1/status');

/** @throws after five minutes: to hash and announce ten thousand files takes its time on a busy machine. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + patienceMs; !(await holds()); ) {
    if (performance.now() > end) throw new Error(`it took more than ${patienceMs / 60_000} minutes`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What the page is as it goes over the wire, all of it, those parts too that are loaded when they are asked for. */
function weight(): BenchRow[] {
  const ours = zipped('dist/pages/client');
  const theirs = ['/usr/share/transmission/public_html', '/usr/share/transmission/web'].map(zipped).find(Boolean);
  return [
    {
      figure: 'page in all, gzip',
      value: ours / 1000,
      unit: 'kB',
      aim: '<= 60',
      ...(theirs && { ratio: theirs / ours, note: `Transmission's has ${Math.round(theirs / 1000)} kB` }),
    },
  ];
}

/** Bytes of the files of a folder, each compressed; 0 where there is none. */
function zipped(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:html|js|css|svg)$/.test(entry.name))
      .reduce((sum, { parentPath, name }) => sum + gzipSync(readFileSync(join(parentPath, name))).length, 0);
  } catch {
    return 0;
  }
}

/** What somebody at a browser waits for. */
async function seen(ours: Api, theirs: Api, folder: string): Promise<BenchRow[]> {
  const trouble = browserTrouble();
  if (trouble !== undefined) return [{ figure: 'in a browser', value: Number.NaN, unit: '', note: trouble }];
  const browser = await openBrowser();
  try {
    const lists: number[] = [];
    for (let opening = 0; opening < openings; opening++) {
      lists.push(...(await withPage(browser, ours, (list) => timed(1, list))));
    }
    lists.sort((a, b) => a - b);
    const rows = await withPage(browser, ours, async (list, page) => {
      await list();
      return await announced(page, theirs, folder);
    });
    return [
      ...spread(`first list of ${resources.toLocaleString('en')} resources in a new browser`, lists, '<= 1000'),
      ...spread("from a peer's announce to its row", rows, '<= 200'),
    ];
  } finally {
    await browser.close();
  }
}

/** A window that has nothing of the page yet; `list` opens it, until its first rows stand there. */
async function withPage<T>(
  browser: Browser,
  { origin, token }: Api,
  look: (list: () => Promise<void>, page: Page) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext();
  try {
    await context.addInitScript({ content: `sessionStorage.setItem('rollcall-token', ${JSON.stringify(token)})` });
    const page = await context.newPage();
    const list = async (): Promise<void> => {
      await page.goto(`${origin}/#/resources`, { waitUntil: 'commit' });
      await page.waitForSelector('tr[data-row]');
    };
    return await look(list, page);
  } finally {
    await context.close();
  }
}

/** Milliseconds from asking a peer to share a small file until the row stands on somebody else's page, sorted. */
async function announced(page: Page, theirs: Api, folder: string): Promise<number[]> {
  return timed(announcements, async (time) => {
    const name = `!news ${announcements - time}.txt`;
    writeFileSync(join(folder, name), name);
    const shown = page.locator('tr[data-row]', { hasText: name }).waitFor();
    await ask(theirs, 'POST', '/api/v1/shares', { path: join(folder, name) });
    await shown;
  });
}

/** How much a script can ask of it, beside a bare server of Node that says the same and beside aria2's JSON-RPC. */
async function requests(ours: Api, folder: string): Promise<BenchRow[]> {
  const path = '/api/v1/resources?pattern=lecture%201&limit=20';
  const answer = Buffer.from(await request(ours, 'GET', path));
  const bare = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(answer);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => bare.once('listening', resolve));
  const { port } = bare.address() as AddressInfo;
  try {
    const searches = await perSecond(ours, { path });
    const states = await perSecond(ours, { path: '/api/v1/status' });
    const most = await perSecond({ origin: `http://127.0.0.1:${port}`, token: '' }, { path });
    const rival = await aria2(folder);
    return [
      { figure: 'searches of the roll, 20 rows', value: searches, unit: '/s', ratio: searches / most, note: 'to Node' },
      {
        figure: 'states of the client',
        value: states,
        unit: '/s',
        ...(rival && {
          ratio: states / rival,
          note: `aria2 tells its own ${Math.round(rival).toLocaleString('en')} /s`,
        }),
      },
    ];
  } finally {
    bare.close();
  }
}

async function aria2(folder: string): Promise<number | undefined> {
  if (!(await available('aria2c'))) return undefined;
  const port = 20_000 + (process.pid % 20_000);
  await using running = start('aria2c', [
    ...['--enable-rpc', `--rpc-listen-port=${port}`, '--rpc-listen-all=false', `--dir=${folder}`, '--no-conf'],
    '--enable-dht=false',
  ]);
  const call = { path: '/jsonrpc', body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'aria2.getGlobalStat' }) };
  const at = { origin: `http://127.0.0.1:${port}`, token: '' };
  await until(async () => {
    if (running.process.exitCode !== null) throw new Error('aria2c has ended');
    return request(at, 'POST', call.path, call.body).then(
      () => true,
      () => false,
    );
  });
  return await perSecond(at, call);
}
