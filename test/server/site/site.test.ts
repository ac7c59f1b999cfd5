import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { settle } from '../../support/fakeClock.ts';
import { readEvents } from '../../web/readEvents.ts';
import { type Answered, type Asked, ask as askSite, bearer, until } from '../../web/support.ts';
import { alice as aliceName, bob as bobName, resource } from '../support/brain.ts';
import type { Client } from '../support/native.ts';
import { openScene, type Scene } from './scene.ts';

let scene: Scene | undefined;
afterEach(async () => {
  await scene?.[Symbol.asyncDispose]();
  scene = undefined;
});

async function open(...more: Parameters<typeof openScene>): Promise<Scene> {
  scene = await openScene(...more);
  return scene;
}

/** Of this machine alone, and yet no loopback address as the tracker knows them: what a LAN's is to it. */
const mapped = '::ffff:127.0.0.1';

const get = (path: string, more: Partial<Asked> = {}): Promise<Answered> => {
  if (scene === undefined) throw new Error('no scene');
  return askSite(scene.site, { path, ...more });
};
const api = async (path: string): Promise<Answered['json']> => {
  const { status, json, text } = await get(`/api/v1/${path}`);
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  return json;
};

async function joined({ lan }: Scene, user: string, address: string): Promise<Client> {
  const client = await lan.connect(user, address);
  await client.serve(4000);
  await client.register(user, { peerPort: 4000, instance: instanceOf(user) });
  return client;
}

const instanceOf = (user: string): string => user.length.toString(16).repeat(32);

const announce = async (client: Client, ...resources: object[]): Promise<void> => {
  const { error } = await client.ask('announce', { resources });
  if (error !== undefined) throw new Error(error.message);
};

describe('the roll of the page', () => {
  it('has who is here, and apart those who cannot be reached', async () => {
    const here = await open();
    const { lan } = here;
    await joined(here, 'alice', '192.168.1.9');
    const bob = await lan.connect('bob', '192.168.1.10');
    const answer = bob.register('bob', { peerPort: 5000 });
    await settle();
    await lan.clock.wind(4000);
    await answer;
    const { users, unreached, next } = await api('users');
    expect(users).toEqual([
      {
        user: 'alice',
        address: '192.168.1.9',
        port: 4000,
        state: 'alive',
        resources: 0,
        udp: 'ok',
        since: expect.any(Number),
      },
    ]);
    expect([unreached, next]).toEqual([[{ user: 'bob', address: '192.168.1.10', port: 5000 }], null]);
    const { census, port, heartbeatMs } = await api('status');
    expect(census).toMatchObject({ sessions: 2, users: { alive: 1, suspect: 0, unreached: 1 } });
    expect([port, heartbeatMs]).toEqual([7450, 2000]);
  });

  it('comes by pages', async () => {
    const here = await open();
    for (const [at, user] of ['al', 'bob', 'carl'].entries()) await joined(here, user, `192.168.1.${9 + at}`);
    const first = await api('users?limit=2');
    const rest = await api(`users?limit=2&cursor=${encodeURIComponent(first.next)}`);
    expect([...first.users, ...rest.users].map(({ user }: { user: string }) => user)).toEqual(['al', 'bob', 'carl']);
    expect(rest.next).toBeNull();
  });

  it.each([
    'users?limit=0',
    'users?limit=501',
    'users?limit=many',
    'users?cursor=zz',
    'resources?owner=%00',
    'log?level=x',
  ])('refuses %s', async (path) => {
    await open();
    const { status, json } = await get(`/api/v1/${path}`);
    expect([status, json.code]).toEqual([400, 'usage']);
  });
});

describe('the resources of the page', () => {
  it('are what everybody may see, by name and owner, and never what is for somebody', async () => {
    const here = await open();
    const alice = await joined(here, 'alice', '192.168.1.9');
    const bob = await joined(here, 'bob', '192.168.1.10');
    await announce(alice, resource('photo.jpg'), resource('secret photo', 's', { to: [bobName] }));
    await announce(bob, resource('Photo 2', 'p', { description: '<script>' }));
    const names = async (query: string): Promise<string[]> =>
      (await api(`resources?${query}`)).resources.map(({ name, owner }: Record<string, string>) => `${name}@${owner}`);
    expect(await names('')).toEqual(['Photo 2@bob', 'photo.jpg@alice']);
    expect(await names('pattern=PHOTO')).toEqual(['Photo 2@bob', 'photo.jpg@alice']);
    expect(await names('pattern=secret')).toEqual([]);
    expect(await names('owner=ALICE')).toEqual(['photo.jpg@alice']);
    expect(await names('owner=nobody')).toEqual([]);
    for (const path of ['users', 'resources', 'happenings', 'status']) {
      expect((await get(`/api/v1/${path}`)).text).not.toContain('secret');
    }
  });
});

describe('the time line of the page', () => {
  it('shows a peer whose cable was pulled: joined, suspect, evicted, each with its reason', async () => {
    const here = await open();
    const { lan } = here;
    await joined(here, 'alice', '192.168.1.9');
    const { events, close } = await readEvents(here.site, '/api/v1/events', {});
    lan.network.cut('192.168.1.9');
    await lan.clock.wind(13_000);
    const { happenings, from } = await api('happenings');
    expect(happenings.map(({ what, user, why, reason }: Record<string, string>) => [what, user, why, reason])).toEqual([
      ['joined', 'alice', undefined, undefined],
      ['suspect', 'alice', expect.stringMatching(/^silent for 6\.\d s$/), undefined],
      ['evicted', 'alice', expect.stringMatching(/^silent for 12\.\d s$/), 'silent'],
    ]);
    expect(happenings[2].at - happenings[1].at).toBeCloseTo(6000, -3);
    expect(from).toBeLessThanOrEqual(happenings[0].at);
    await until(() => events.filter(({ event }) => event === 'happened').length === 2, 'two events');
    const told = events.flatMap(({ event, data }) => (event === 'happened' ? data.happenings : []));
    expect(told).toEqual(happenings.slice(1));
    expect((await api('users')).users).toEqual([]);
    expect((await get('/metrics')).text).toContain('rollcall_evictions_total{reason="silent"} 1');
    close();
  });

  it('shows who comes back, who says goodbye and who is kicked', async () => {
    const here = await open();
    const { lan } = here;
    const alice = await joined(here, 'alice', '192.168.1.9');
    alice.close();
    await settle();
    const again = await lan.connect('alice', '192.168.1.9');
    await again.register('alice', { peerPort: 4000, instance: instanceOf('alice') });
    const bob = await joined(here, 'bob', '192.168.1.10');
    await bob.ask('goodbye');
    await lan.tracker.operator.kick(aliceName);
    const { happenings } = await api('happenings');
    expect(happenings.map(({ what, user }: Record<string, string>) => `${user} ${what}`)).toEqual([
      'alice joined',
      'alice suspect',
      'alice alive',
      'bob joined',
      'bob left',
      'alice evicted',
    ]);
    expect(happenings.at(-1)).toMatchObject({ why: 'kicked by the operator', reason: 'kicked' });
  });
});

describe('rates and the log of the page', () => {
  it('are told each second, and from the beginning to who comes later', async () => {
    const here = await open();
    await joined(here, 'alice', '192.168.1.9');
    await here.lan.clock.wind(2000);
    const { everyMs, samples } = await api('samples');
    expect(everyMs).toBe(1000);
    expect(samples.map(({ operations }: { operations: number }) => operations)).toEqual([2, 0]);
    here.book.log.warn({ why: 'x' }, 'look');
    const { entries } = await api('log?level=warn');
    expect(entries).toMatchObject([{ level: 'warn', message: 'look', fields: { why: 'x' } }]);
    expect(await api(`log?level=warn&after=${entries[0].number}`)).toEqual({ entries: [] });
  });

  it('hold nothing up for a reader who does not read, and tell him how much he lost', async () => {
    const here = await open();
    const { host, port } = here.site.at;
    const asked = request({ host, port, path: '/api/v1/events', agent: false });
    asked.on('error', () => {});
    const answered = new Promise<IncomingMessage>((resolve) => void asked.on('response', resolve));
    asked.end();
    const answer = await answered;
    const text = 'x'.repeat(1000);
    // 30 MB, which is more than the system takes for him.
    for (let round = 0; round < 300; round++) {
      for (let line = 0; line < 100; line++) here.book.log.info({ text }, 'much');
      await here.lan.clock.wind(200);
    }
    expect((await get('/healthz')).status).toBe(200);
    let read = '';
    answer.on('error', () => {});
    answer.on('data', (chunk: Buffer) => {
      read = (read + chunk).slice(-10_000);
    });
    await until(() => read.includes('event: missed'), 'word of what was lost');
    asked.destroy();
  });
});

describe('health', () => {
  it('is told without a token: alive, and ready with what it takes', async () => {
    await open();
    expect((await get('/healthz')).json).toEqual({ alive: true });
    const { status, json } = await get('/readyz');
    expect([status, json]).toEqual([
      200,
      { ready: true, checks: { tcp: true, udp: true, accounts: true, directory: true } },
    ]);
  });

  it('is not ready while the accounts cannot be written, and looks no more often than it has to', async () => {
    let looks = 0;
    const here = await open();
    await here[Symbol.asyncDispose]();
    let accounts = false;
    const fresh = await open({
      tracker: {
        ...here.lan.tracker,
        ready: async () => {
          looks += 1;
          return { tcp: true, udp: true, accounts, directory: true };
        },
      },
    });
    const { status, json } = await get('/readyz');
    expect([status, json.ready, json.checks.accounts]).toEqual([503, false, false]);
    accounts = true;
    expect((await get('/readyz')).status).toBe(503);
    expect(looks).toBe(1);
    await fresh.lan.clock.wind(2000);
    expect((await get('/readyz')).status).toBe(200);
  });
});

describe('the guard of the page', () => {
  it('refuses names that are not its own, and other sites', async () => {
    await open();
    for (const headers of [{ host: 'evil.example' }, { host: 'evil.example:80' }, { origin: 'http://evil.example' }]) {
      expect((await get('/api/v1/users', { headers })).status).toBe(403);
      expect((await get('/metrics', { headers })).status).toBe(403);
    }
  });

  it('changes nothing for anybody: there is no other method than GET', async () => {
    await open();
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      expect((await get('/api/v1/users', { method })).status).toBe(404);
    }
  });

  it('wants the token of the data folder where others can reach it, for all but the page and health', async () => {
    const { site } = await open({ host: mapped });
    if (site.tokenFile === undefined) throw new Error('no token');
    const token = readFileSync(site.tokenFile, 'utf8').trim();
    if (process.platform !== 'win32') expect(statSync(site.tokenFile).mode & 0o777).toBe(0o600);
    const host = `127.0.0.1:${site.at.port}`;
    for (const path of ['/api/v1/users', '/api/v1/events', '/api/v1/log', '/metrics']) {
      expect((await get(path, { headers: { host } })).status).toBe(401);
      expect((await get(path, { headers: { host, ...bearer(`${token}x`) } })).status).toBe(401);
    }
    expect((await get('/api/v1/users', { headers: { host, ...bearer(token) } })).status).toBe(200);
    expect((await get('/metrics', { headers: { host, ...bearer(token) } })).status).toBe(200);
    for (const path of ['/', '/healthz', '/readyz']) expect((await get(path, { headers: { host } })).status).toBe(200);
  });

  it('keeps its token over restarts, and refuses one that others can read', async () => {
    const { site } = await open({ host: mapped });
    const file = site.tokenFile ?? '';
    const token = readFileSync(file, 'utf8');
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-token-'));
    await scene?.[Symbol.asyncDispose]();
    writeFileSync(join(folder, 'page-token'), token, { mode: 0o600 });
    await open({ host: mapped, dataFolder: folder });
    expect(readFileSync(join(folder, 'page-token'), 'utf8')).toBe(token);
    rmSync(folder, { recursive: true });
  });

  it('says that a port is in use, and leaves nothing open', async () => {
    const { site } = await open();
    const taken = openScene({ port: site.at.port });
    await expect(taken).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('--http-port') });
  });

  it('leaves no timer behind when it closes', async () => {
    const here = await open();
    const events = await readEvents(here.site, '/api/v1/events', {});
    here.book.log.info({}, 'x');
    await here.site[Symbol.asyncDispose]();
    await here.lan[Symbol.asyncDispose]();
    events.close();
    await here.lan.clock.wind(60_000);
    expect(here.lan.clock.waiting).toBe(0);
  });
});
