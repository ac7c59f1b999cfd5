import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityOf } from '../support/identities.ts';
import { type Line, rollcall, type Started, start, startTracker, temporaryFolder } from './program.ts';

const MiB = 1 << 20;
const content = randomBytes(24 * MiB + 12_345);
const name = "a film's cut.bin";
const owners = ['Bob', 'Sally'] as const;

const has = (program: string): boolean => {
  const there = spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
  if (!there) console.warn(`${program} is not installed: links are not tried with it`);
  return there;
};
const [curlIsHere, ariaIsHere] = [has('curl'), has('aria2c')];

const folder = temporaryFolder();
const at = (...parts: string[]): string => join(folder.path, ...parts);
let tracker: Started & { address: string };
const peers = new Map<string, Started>();
let link: Line;

interface Ended {
  status: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. */
const run = (program: string, args: readonly string[], cwd = folder.path): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(program, args, { cwd, timeout: 40_000 }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });

async function share(user: string, path: string, ...more: string[]): Promise<Started> {
  const where = ['--server', tracker.address, '--home', at(`home-${user}`), '--peer-port', '0', '--json'];
  const peer = start(['share', path, '--user', user, ...where, ...more]);
  peers.set(user, peer);
  await peer.line((line) => line['event'] === 'announced');
  return peer;
}

const ask = async (...args: string[]): Promise<Line> => {
  const { lines, stderr } = await rollcall([
    'link',
    ...args,
    '--server',
    tracker.address,
    '--home',
    at('home-guest'),
    '--json',
  ]);
  return lines[0] ?? { stderr };
};

beforeAll(async () => {
  tracker = await startTracker(folder.path);
  writeFileSync(at(name), content);
  for (const user of owners) await share(user, at(name));
  link = await ask(name, '--from', 'Bob');
});

afterAll(async () => {
  await Promise.all([...peers.values(), tracker].map((process) => process[Symbol.asyncDispose]()));
  folder[Symbol.dispose]();
});

describe.runIf(curlIsHere)('curl with a link', () => {
  /** Quiet, and with what the server said on stdout, as `206 100`: status and bytes. */
  const curl = (...args: string[]): Promise<Ended> =>
    run('curl', ['-sS', '-k', '-w', '%{http_code} %{size_download}', ...args]);
  const url = (): string => String(link['url']);

  it('gets the whole file from the owner whose key the link names', async () => {
    const got = await curl('--pinnedpubkey', String(link['pin']), '-o', at('whole'), url());
    expect(got).toEqual({ status: 0, stdout: `200 ${content.length}`, stderr: '' });
    expect(readFileSync(at('whole')).equals(content)).toBe(true);
  });

  it('gets nothing from another key', async () => {
    const pin = `sha256//${randomBytes(32).toString('base64')}`;
    expect((await curl('--pinnedpubkey', pin, '-o', at('none'), url())).status).toBe(90);
    expect(existsSync(at('none'))).toBe(false);
  });

  it('goes on with -C - where it was cut', async () => {
    const cut = await curl('--limit-rate', '4M', '--max-time', '1', '-o', at('cut'), url());
    expect(cut.status).toBe(28);
    const before = statSync(at('cut')).size;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(content.length);
    const rest = await curl('-C', '-', '-o', at('cut'), url());
    expect(rest.stdout).toBe(`206 ${content.length - before}`);
    expect(readFileSync(at('cut')).equals(content)).toBe(true);
  });

  it('saves it under its own name with -OJ', async () => {
    mkdirSync(at('named'));
    expect((await run('curl', ['-sS', '-k', '-OJ', url()], at('named'))).status).toBe(0);
    expect(readFileSync(at('named', name)).equals(content)).toBe(true);
  });

  it('asks with HEAD how large it is, and what it is', async () => {
    const { stdout } = await run('curl', ['-sS', '-k', '-I', url()]);
    const head = stdout.toLowerCase();
    const id = /content\/([0-9a-f]{64})/.exec(url())?.[1];
    expect(head).toMatch(/^http\/1\.1 200 /);
    expect(head).toContain(`content-length: ${content.length}\r\n`);
    expect(head).toContain(`etag: "${id}"\r\n`);
    expect(head).toContain('accept-ranges: bytes\r\n');
  });

  it.each([
    ['a range', ['-r', '1000-1999'], '206 1000'],
    ['the last bytes', ['-r', '-10'], '206 10'],
    ['a range that begins beyond the end', ['-r', `${content.length}-`], '416'],
    ['several ranges, which are taken for none', ['-r', '0-9,20-29'], `200 ${content.length}`],
    ['no ticket', [], '401'],
  ])('is answered for %s', async (what, args, said) => {
    const asked = what === 'no ticket' ? url().replace(/\?.*/, '') : url();
    const { stdout } = await curl(...args, '-o', at('part'), asked);
    expect(stdout.startsWith(said)).toBe(true);
    if (said.startsWith('206 1000')) {
      expect(readFileSync(at('part')).equals(content.subarray(1000, 2000))).toBe(true);
    }
  });

  it('gets a range of If-Range where it is the same content, and all of it where it is not', async () => {
    const id = /content\/([0-9a-f]{64})/.exec(url())?.[1] ?? '';
    const range = ['-r', '0-9', '-o', at('if')];
    expect((await curl(...range, '-H', `If-Range: "${id}"`, url())).stdout).toBe('206 10');
    const other = await curl(...range, '-H', `If-Range: "${'0'.repeat(64)}"`, url());
    expect(other.stdout).toBe(`200 ${content.length}`);
  });

  it('gets nothing of another file with this ticket', async () => {
    const other = url().replace(/content\/[0-9a-f]{64}/, `content/${'a'.repeat(64)}`);
    expect((await curl('-o', at('other'), other)).stdout).toMatch(/^403 /);
  });
});

describe.runIf(ariaIsHere)('aria2c with a Metalink', () => {
  const aria = (file: string, dir: string, ...more: string[]): Promise<Ended> =>
    run('aria2c', [
      '--check-certificate=false',
      '--file-allocation=none',
      '--no-conf',
      '-x4',
      '-s8',
      '-k1M',
      '--summary-interval=0',
      '--console-log-level=error',
      '--log-level=info',
      '-l',
      at(`${dir}.log`),
      '-d',
      at(dir),
      ...more,
      '-M',
      at(file),
    ]);
  const metalink = async (file: string): Promise<string> => {
    expect(await ask(name, '--metalink', at(file))).toMatchObject({ event: 'metalink', path: at(file) });
    return readFileSync(at(file), 'utf8');
  };
  const ports = (xml: string): string[] => [...xml.matchAll(/127\.0\.0\.1:(\d+)\//g)].map((match) => match[1] ?? '');

  it('fetches from both owners, and checks every piece', async () => {
    const both = ports(await metalink('both.meta4'));
    expect(new Set(both).size).toBe(2);
    const { status, stdout } = await aria('both.meta4', 'both');
    expect(status, stdout).toBe(0);
    expect(readFileSync(at('both', name)).equals(content)).toBe(true);
    const log = readFileSync(at('both.log'), 'utf8');
    for (const port of both) expect(log).toMatch(new RegExp(`Host: 127\\.0\\.0\\.1:${port}`));
  });

  it('ends right when an owner is killed in the middle', async () => {
    const path = at('Tom', 'slow.bin');
    mkdirSync(at('Tom'));
    writeFileSync(path, content);
    await share('Tom', path, '--limit-up', '4M');
    await share('Una', path, '--limit-up', '8M');
    const { owners: named } = await ask('slow.bin', '--metalink', at('slow.meta4'));
    expect(named).toEqual(expect.arrayContaining(['Tom', 'Una']));
    const fetching = aria('slow.meta4', 'killed');
    const file = at('killed', 'slow.bin');
    for (let look = 0; look < 300 && !(existsSync(file) && statSync(file).size > 0); look++) await pause(20);
    peers.get('Tom')?.child.kill('SIGKILL');
    const { status, stdout } = await fetching;
    expect(status, stdout).toBe(0);
    expect(readFileSync(file).equals(content)).toBe(true);
  });

  it('finds an owner out who has one wrong bit, and takes that piece from the other', async () => {
    const wrong = Buffer.from(content);
    wrong[5 * MiB] = (wrong[5 * MiB] ?? 0) ^ 1;
    const { key, certificate } = await identityOf('liar');
    const server = createServer({ key, cert: certificate }, (request, response) => {
      const [, from = '0', to = ''] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
      const [first, last] = [Number(from), to === '' ? wrong.length - 1 : Number(to)];
      response.writeHead(request.headers.range === undefined ? 200 : 206, {
        'content-length': last - first + 1,
        'content-range': `bytes ${first}-${last}/${wrong.length}`,
      });
      response.end(wrong.subarray(first, last + 1));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    try {
      const liar = `127.0.0.1:${(server.address() as { port: number }).port}`;
      const xml = await metalink('right.meta4');
      writeFileSync(at('liar.meta4'), xml.replaceAll(/127\.0\.0\.1:\d+/g, liar));
      expect((await aria('liar.meta4', 'liar', '--stop=10')).status).not.toBe(0);
      expect(readFileSync(at('liar.log'), 'utf8')).toContain(`Invalid checksum index=${(5 * MiB) / 16_384}`);

      writeFileSync(at('mixed.meta4'), xml.replace(/127\.0\.0\.1:\d+/, liar));
      const mixed = await aria('mixed.meta4', 'mixed');
      expect(mixed.status, mixed.stdout).toBe(0);
      expect(readFileSync(at('mixed', name)).equals(content)).toBe(true);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
