import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Line, rollcall, type Started, start, startTracker, temporaryFolder } from './program.ts';

/** What a phone does with a link, on real sockets: curl stands for its browser, an address of loopback for each phone. */

const content = randomBytes(24_000_000);
const name = 'a <b>film.bin';
const folder = temporaryFolder();
const at = (...parts: string[]): string => join(folder.path, ...parts);
const hasCurl = spawnSync('curl', ['--version'], { stdio: 'ignore' }).status === 0;
if (!hasCurl) console.warn('curl is not installed: links are not tried with it');

let tracker: Started & { address: string };
let peer: Started;

const share = async (): Promise<Started> => {
  const where = ['--server', tracker.address, '--home', at('home-bob'), '--peer-port', port, '--json'];
  const started = start(['share', at(name), '--user', 'Bob', '--description', 'with "quotes"', ...where]);
  const ready = await started.line((line) => line['event'] === 'ready');
  port = String(ready['port']);
  await started.line((line) => line['event'] === 'announced');
  return started;
};
let port = '0';

/** A short address, by way of loopback. */
async function link(...flags: string[]): Promise<string> {
  const where = ['--server', tracker.address, '--home', at('home-guest'), '--json'];
  const { lines, stderr } = await rollcall(['link', name, '--qr', ...flags, ...where]);
  const found: Line = lines[0] ?? { stderr };
  const url = new URL(String(found['url']));
  url.hostname = '127.0.0.1';
  return url.href;
}

interface Answer {
  status: number;
  body: Buffer;
}

/** Asks as the phone of that number. */
function ask(phone: number, url: string, ...args: string[]): Promise<Answer> {
  const flags = ['-sS', '-k', '--interface', `127.0.0.${phone}`, '-w', '%{stderr}%{http_code}'];
  return new Promise((resolve, reject) => {
    const options = { encoding: 'buffer', timeout: 30_000, maxBuffer: 1 << 25 } as const;
    execFile('curl', [...flags, ...args, url], options, (_, stdout, stderr) => {
      const status = Number(/(\d{3})$/.exec(stderr.toString())?.[1]);
      if (Number.isNaN(status)) reject(new Error(stderr.toString()));
      else resolve({ status, body: stdout });
    });
  });
}

/** The first bytes that come; then the phone is out of reach. */
const beginning = (phone: number, url: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const asked = get(url, { localAddress: `127.0.0.${phone}` }, (answer) => {
      answer.once('data', (bytes: Buffer) => {
        resolve(bytes);
        asked.destroy();
      });
    }).once('error', reject);
  });

const browser = ['-H', 'Accept: text/html'];

beforeAll(async () => {
  tracker = await startTracker(folder.path);
  writeFileSync(at(name), content);
  peer = await share();
});

afterAll(async () => {
  await Promise.all([peer, tracker].map((process) => process[Symbol.asyncDispose]()));
  folder[Symbol.dispose]();
});

describe.runIf(hasCurl && process.platform === 'linux')('a phone with a link', () => {
  it.each([['https:'], ['http:', '--plain']])('finds a page and the file by %s', async (protocol, ...flags) => {
    const url = await link(...flags);
    expect(new URL(url).protocol).toBe(protocol);
    expect(url.length).toBeLessThan(50);
    const page = await ask(2, url, ...browser, '-H', 'Host: evil.example');
    expect(page.status).toBe(200);
    expect(page.body.toString()).toContain('<h1 dir="auto">a &lt;b&gt;film.bin</h1>');
    expect(page.body.toString()).toContain('with &quot;quotes&quot;');
    const file = await ask(2, `${url}/file`);
    expect([file.status, file.body.equals(content)]).toEqual([200, true]);
  });

  it('is told in plain HTTP what is not for it', async () => {
    const url = (await link()).replace('https:', 'http:');
    for (const path of [url, `${url}/file`, `http://127.0.0.1:${port}/`]) expect((await ask(2, path)).status).toBe(403);
    expect((await ask(2, url, ...browser)).body.toString()).toContain('use https://');
  });

  it('uses it up by downloads alone, goes on with its own, and is counted over a restart', async () => {
    const url = await link('--plain', '--uses', '1');
    expect((await ask(3, `${url}/file`, '-I')).status).toBe(200);
    const part = await beginning(3, `${url}/file`);
    await peer[Symbol.asyncDispose]();
    peer = await share();
    expect((await ask(4, `${url}/file`)).status).toBe(403);
    const page = await ask(4, url, ...browser);
    expect([page.status, page.body.toString()]).toEqual([403, expect.stringContaining('and is used up.')]);
    const rest = await ask(3, `${url}/file`, '-r', `${part.length}-`);
    expect(rest.status).toBe(206);
    expect(Buffer.concat([part, rest.body]).equals(content)).toBe(true);
  });
});
