import { mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../src/base/errors.ts';
import { fingerprint } from '../../../../src/base/ids.ts';
import { MiB } from '../../../../src/base/sizes.ts';
import type { FoundTracker } from '../../../../src/client/app.ts';
import type { Facade } from '../../../../src/client/interfaces/facade.ts';
import { ask, bearer, until } from '../../../web/support.ts';
import { FakeApp, FakeInput, FakeOutput, type Stage, shows, stage } from '../fakes.ts';
import { aShare, FakeDaemon, online } from './fakeDaemon.ts';

let main = '';
let home = '';
let app: FakeApp;
let daemon: FakeDaemon;
let options: Parameters<Facade['openDaemon']>[0] | undefined;
/** What was opened on the screen. */
let shown: string[] = [];

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-gui-'));
  home = join(folder, 'home');
  main = join(folder, 'dist', 'main.js');
  await mkdir(join(folder, 'dist', 'pages', 'client'), { recursive: true });
  await writeFile(join(folder, 'dist', 'pages', 'client', 'index.html'), '<title>rollcall</title>');
  app = new FakeApp();
  daemon = new FakeDaemon();
  options = undefined;
  shown = [];
  app.openDaemonWith = async (given) => {
    options = given;
    return daemon;
  };
});

interface Outside {
  env?: NodeJS.ProcessEnv;
  typed?: boolean;
  foreground?: boolean;
}

function start(argv: string[], { env = {}, typed = false, foreground = true }: Outside = {}): Stage {
  const show = async (target: string): Promise<void> => void shown.push(target);
  const program = { execPath: process.execPath, main, show, foreground: async () => foreground };
  const full = { ROLLCALL_HOME: home, ...env };
  return stage(argv, { app, program, env: full, stdin: new FakeInput(typed), stdout: new FakeOutput(typed) });
}

const ready = async (run: Stage): Promise<{ host: string; port: number; url: string; token: string }> => {
  await until(() => run.stdout.text.includes('\n'), 'ready');
  const [record] = run.stdout.records as { event: string; host: string; port: number; url: string; token: string }[];
  if (record?.event !== 'ready') throw new Error(run.stdout.text + run.stderr.text);
  return record;
};

/** Asks for the token with the code of an address. */
function enter(address: string) {
  const { hostname: host, port, hash } = new URL(address);
  const body = JSON.stringify({ code: hash.slice(1) });
  const headers = { 'content-type': 'application/json' };
  return ask({ at: { host, port: Number(port) } }, { method: 'POST', path: '/api/v1/session', headers, body });
}

const tracker = (name: string, host: string): FoundTracker => ({
  name,
  host,
  port: 7450,
  fingerprint: fingerprint('cd'.repeat(32)),
});

describe('rollcall gui', () => {
  it('prints an address that is good once and leads to the page and its API, and ends cleanly', async () => {
    const run = start(['gui']);
    await shows(run.stderr, 'good once');
    const [address = ''] = run.stdout.lines;
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#[\w-]{22}$/);
    const { json } = await enter(address);
    expect((await enter(address)).status).toBe(403);
    const at = { host: '127.0.0.1', port: Number(new URL(address).port) };
    expect((await ask({ at }, { path: '/' })).text).toContain('<title>rollcall');
    expect((await ask({ at }, { path: '/api/v1/status' })).status).toBe(401);
    const status = await ask({ at }, { path: '/api/v1/status', headers: bearer(json.token) });
    expect(status.json).toMatchObject({ connection: { state: 'offline' }, server: null, user: null });
    run.ending.interrupt();
    expect(await run.status).toBe(0);
    expect(daemon.disposed).toBe(1);
    await expect(ask({ at }, { path: '/' })).rejects.toThrow(/ECONNREFUSED/);
  });

  it('tells programs all they need in its first line', async () => {
    const run = start(['gui', '--json', '--http-port', '0']);
    const { host, port, url, token } = await ready(run);
    const at = { host, port };
    expect((await ask({ at }, { path: '/api/v1/status', headers: bearer(token) })).status).toBe(200);
    expect((await enter(url)).json).toEqual({ token });
    run.ending.interrupt();
    expect(await run.status).toBe(0);
  });

  it('has another token at each start, and the same with --keep-token, which only its owner can read', async () => {
    const tokens: string[] = [];
    for (const flags of [[], [], ['--keep-token'], ['--keep-token']]) {
      const run = start(['gui', '--json', ...flags]);
      tokens.push((await ready(run)).token);
      run.ending.interrupt();
      await run.status;
    }
    expect(new Set(tokens).size).toBe(3);
    expect(tokens[2]).toBe(tokens[3]);
    expect(await readFile(join(home, 'web_token'), 'utf8')).toBe(`${tokens[2]}\n`);
    expect((await stat(join(home, 'web_token'))).mode & 0o777).toBe(0o600);
  });

  it('never gives the kept token to a page, which would show it to whatever listens there later', async () => {
    const run = start(['gui', '--json', '--keep-token']);
    const { host, port, url, token: kept } = await ready(run);
    const { token } = (await enter(url)).json as { token: string };
    expect(token).not.toBe(kept);
    for (const good of [token, kept]) {
      const answer = await ask({ at: { host, port } }, { path: '/api/v1/status', headers: bearer(good) });
      expect(answer.status).toBe(200);
    }
    run.ending.interrupt();
    await run.status;
  });

  it('prints another address when somebody presses Enter at the terminal, and says so', async () => {
    const run = start(['gui'], { typed: true });
    await shows(run.stderr, 'Enter prints another');
    run.stdin.write('\n');
    await until(() => run.stdout.lines.length === 2, 'another address');
    const [one = '', two = ''] = run.stdout.lines;
    expect(one).not.toBe(two);
    expect([(await enter(two)).status, (await enter(one)).status]).toEqual([200, 200]);
    run.ending.interrupt();
    await run.status;
  });

  it('reads nothing from a terminal in whose background it is, since the system would stop it', async () => {
    const run = start(['gui'], { typed: true, foreground: false });
    await shows(run.stderr, 'good once');
    expect(run.stderr.plain).not.toContain('Enter');
    run.stdin.write('\n');
    run.ending.interrupt();
    expect(await run.status).toBe(0);
    expect(run.stdout.lines).toHaveLength(1);
  });

  it('opens a browser where there is a screen, unless told not to or a program reads', async () => {
    const screen = { env: { DISPLAY: ':0' } };
    for (const [argv, outside, count] of [
      [['gui'], {}, 0],
      [['gui', '--no-open'], screen, 0],
      [['gui', '--json'], screen, 0],
      [['gui'], screen, 1],
    ] as const) {
      const run = start([...argv], outside);
      await shows(run.stderr, 'good once');
      expect(shown).toHaveLength(count);
      if (count === 1) expect(shown).toEqual(run.stdout.lines);
      run.ending.interrupt();
      await run.status;
    }
  });

  it('opens a client with what was typed, and shares from the start', async () => {
    const flags = ['--share', 'a.txt', '/b', '--downloads', 'got', '--peer-port', '5000', '--limit-up', '1M'];
    const more = ['--share-folder', 'drops', '--download-slots', '2', '--upload-slots', '4', '--classic', '--json'];
    const run = start(['gui', ...flags, ...more]);
    await ready(run);
    expect(options).toMatchObject({
      home,
      share: ['/work/a.txt', '/b'],
      downloads: '/work/got',
      shareFolder: '/work/drops',
      peerPort: 5000,
      downloadSlots: 2,
      classic: true,
      traffic: { limitUp: MiB, uploadSlots: 4 },
    });
    run.ending.interrupt();
    await run.status;
  });

  it.each([
    ['gui', 'lab', 'Carol'],
    ['gui', '--server', 'lab', '--user', 'Carol'],
    ['client', 'lab', 'Carol', '--web'],
  ])('joins the tracker that is named: %s %s %s', async (...argv) => {
    const run = start([...argv, '--json']);
    await ready(run);
    await until(() => daemon.calls.length > 0, 'it joins');
    expect(daemon.calls).toEqual([['connect', { server: 'lab:7450', user: 'Carol' }]]);
    run.ending.interrupt();
    expect(await run.status).toBe(0);
  });

  it('joins the only tracker of the network where none is named, and leaves the choice of several to the page', async () => {
    app.trackers = [tracker('lab', '192.168.1.10')];
    const run = start(['gui', '--user', 'Carol']);
    await until(() => daemon.calls.length > 0, 'it joins');
    expect(daemon.calls).toEqual([['connect', { server: '192.168.1.10:7450', user: 'Carol' }]]);
    run.ending.interrupt();
    await run.status;
    app.trackers.push(tracker('other', '192.168.1.11'));
    const second = start(['gui', '--user', 'Carol']);
    await shows(second.stderr, '2 trackers are on this network: the page asks');
    expect(daemon.calls).toHaveLength(1);
    second.ending.interrupt();
    await second.status;
  });

  it('goes on where the tracker cannot be joined', async () => {
    daemon.refuse = new RollcallError('unreachable', 'nobody answers at lab');
    const run = start(['gui', 'lab', 'Carol']);
    await shows(run.stderr, 'nobody answers at lab');
    run.ending.interrupt();
    expect(await run.status).toBe(0);
  });

  it('tells what happens, as lines or as records, once', async () => {
    daemon.shareRows = [aShare('old.txt')];
    const lines = start(['gui']);
    const records = start(['gui', '--json']);
    await until(() => daemon.listeners === 2, 'both listen');
    for (let twice = 0; twice < 2; twice++) {
      daemon.tell({ event: 'connection', connection: online });
      daemon.tell({ event: 'share', share: aShare('new.txt', { state: 'hashing', id: null }) });
      daemon.tell({ event: 'share', share: aShare('new.txt', { size: 1_200_000 }) });
      const error = { code: 'not-found', message: 'it has gone' } as const;
      daemon.tell({ event: 'share', share: aShare('bad.txt', { state: 'failed', error }) });
    }
    const told = lines.stderr.lines.filter((line) => !line.includes('good once') && !line.includes('The page asks'));
    expect(told).toEqual([
      'Shared: old.txt (12 B)',
      'Registered with tracker:7450 as Carol. Serving on port 50123.',
      'Shared: new.txt (1.2 MB)',
      'Not shared: bad.txt: it has gone',
    ]);
    const events = records.stdout.records.map(({ event, name }) => [event, name]);
    expect(events.slice(1)).toEqual([
      ['announced', 'old.txt'],
      ['connection', undefined],
      ['announced', 'new.txt'],
      ['connection', undefined],
    ]);
    for (const run of [lines, records]) run.ending.interrupt();
    expect([await lines.status, await records.status]).toEqual([0, 0]);
    expect(daemon.listeners).toBe(0);
  });

  it('says that the page has to be built, and opens nothing', async () => {
    main = join(tmpdir(), 'nowhere', 'main.js');
    const run = start(['gui']);
    expect(await run.status).toBe(1);
    expect(run.stderr.plain).toContain('run make');
    expect(options).toBeUndefined();
  });

  it('says which port is taken, and leaves nothing open', async () => {
    const first = start(['gui', '--json']);
    const { port } = await ready(first);
    const second = start(['gui', '--http-port', String(port)]);
    expect(await second.status).toBe(2);
    expect(second.stderr.plain).toContain(`port ${port} on 127.0.0.1 is in use: choose another with --http-port`);
    expect(daemon.disposed).toBe(1);
    first.ending.interrupt();
    await first.status;
  });

  it.each(['x', '-1', '65536'])('takes no %s for a port', async (port) => {
    const run = start(['gui', `--http-port=${port}`]);
    expect(await run.status).toBe(2);
    expect(run.stderr.plain).toContain('--http-port');
  });
});
