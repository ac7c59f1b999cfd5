import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { RollcallError } from '../../src/base/errors.ts';
import type { Log } from '../../src/base/log.ts';
import { bodyMs } from '../../src/web/limits.ts';
import type { Site, SiteOptions } from '../../src/web/site.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { ask, bearer, builtPage, testSite, until } from './support.ts';

const token = 'a-token-of-thirty-two-characters';
const open: Site[] = [];
afterEach(async () => {
  for (const site of open.splice(0)) await site[Symbol.asyncDispose]();
});

const routes: SiteOptions['routes'] = (app) => {
  app.get('/api/v1/thing', async () => ({ a: 1 }));
  app.post('/api/v1/thing', async ({ body }) => ({ body }));
  app.get('/api/open', { config: { open: true } }, async () => ({ open: true }));
  app.get('/metrics', async () => 'metrics 1');
  app.get('/healthz', async () => 'ok');
  app.get('/api/v1/refused', async () => {
    throw new RollcallError('refused', 'no, since so');
  });
  app.get('/api/v1/bug', async () => {
    throw new TypeError('secret path /home/carol');
  });
  app.get('/api/v1/never', () => new Promise(() => {}));
};
async function site(more: Partial<SiteOptions> = {}): Promise<Site> {
  const opened = await testSite({ routes, tokens: [token], ...more });
  open.push(opened);
  return opened;
}

describe('a site', () => {
  it('shows its page to whoever asks it by one of its names', async () => {
    const at = await site();
    const answer = await ask(at, { path: '/' });
    expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('<title>page') });
    expect(answer.headers['cache-control']).toBe('no-store');
    const asset = await ask(at, { path: '/assets/index-B3xY_z19.js' });
    expect(asset.headers['cache-control']).toContain('immutable');
  });

  it('shows nothing beside its page', async () => {
    const at = await site();
    for (const path of [
      '/.hidden',
      '/../package.json',
      '/..%2f..%2fpackage.json',
      '/assets/',
      '/nothing',
      '/%00',
      '/%',
    ]) {
      const answer = await ask(at, { path });
      expect(answer.status, path).toBeGreaterThanOrEqual(400);
      expect(answer.status, path).toBeLessThan(500);
      expect(answer.headers['content-security-policy'], path).toContain("default-src 'none'");
      expect(answer.headers['content-type'], path).toContain('application/problem+json');
    }
  });

  it.each(['/', '/assets/index-B3xY_z19.js', '/api/v1/thing', '/api/open', '/nothing'])(
    'answers no other host and no other origin at %s',
    async (path) => {
      const at = await site();
      const foreign = [
        { host: 'evil.example' },
        { host: `evil.example:${at.at.port}` },
        { origin: 'http://evil.example' },
        { origin: 'null' },
        { 'sec-fetch-site': 'cross-site' },
      ];
      for (const headers of foreign) {
        const answer = await ask(at, { path, headers: { ...bearer(token), ...headers } });
        expect(answer).toMatchObject({ status: 403, json: { code: 'forbidden', exit: 5 } });
      }
    },
  );

  it('opens its page by a link on another site', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await ask(await site(), { path: '/', headers })).status).toBe(200);
    expect((await ask(await site(), { path: '/api/open', headers })).status).toBe(403);
  });

  it('wants the token for all of its API but what is open, and for metrics', async () => {
    const at = await site();
    const none: Record<string, string>[] = [
      {},
      bearer('wrong'),
      { authorization: `Basic ${token}` },
      { authorization: 'Bearer' },
    ];
    for (const path of ['/api/v1/thing', '/metrics', '/api/none', '/%61pi/v1/thing', `/api/v1/thing?token=${token}`]) {
      for (const headers of none) {
        const answer = await ask(at, { path, headers });
        expect(answer.status, path).not.toBe(200);
        if (!path.startsWith('/api/none')) {
          expect(answer).toMatchObject({ status: 401, json: { code: 'unauthorized' } });
          expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
        }
      }
      const answer = await ask(at, { path, headers: bearer(token) });
      expect(answer.status, path).toBe(path === '/api/none' ? 404 : 200);
    }
    for (const path of ['/api/open', '/healthz']) expect((await ask(at, { path })).status).toBe(200);
  });

  it('asks for no token where there is none', async () => {
    expect((await ask(await site({ tokens: undefined }), { path: '/api/v1/thing' })).status).toBe(200);
  });

  it('says on every answer what a browser may do with it, and never that others may read it', async () => {
    const at = await site();
    const paths = [
      '/',
      '/assets/index-B3xY_z19.js',
      '/nothing',
      '/api/v1/thing',
      '/api/v1/refused',
      '/api/v1/bug',
      '/api/open',
    ];
    for (const path of paths) {
      for (const headers of [{}, bearer(token), { ...bearer(token), origin: `http://127.0.0.1:${at.at.port}` }]) {
        const answer = await ask(at, { path, headers });
        expect(answer.headers).toMatchObject({
          'content-security-policy':
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
        });
        expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    }
  });

  it('tells failures as problems, and faults to its log alone', async () => {
    const told: unknown[] = [];
    const log: Log = { debug() {}, info() {}, warn() {}, error: (...entry) => void told.push(entry) };
    const at = await site({ log });
    const refused = await ask(at, { path: '/api/v1/refused', headers: bearer(token) });
    expect(refused).toMatchObject({ status: 403, json: { code: 'refused', detail: 'no, since so' } });
    expect(told).toEqual([]);
    const bug = await ask(at, { path: '/api/v1/bug?secret=1', headers: bearer(token) });
    expect(bug).toMatchObject({ status: 500, json: { code: 'fault', exit: 1 } });
    expect(bug.text).not.toContain('secret');
    expect(told).toMatchObject([
      [{ method: 'GET', path: '/api/v1/bug', stack: expect.stringContaining('/home/carol') }, expect.any(String)],
    ]);
  });

  it('refuses bodies that are too long, no JSON, or of another type', async () => {
    const at = await site();
    const post = (body: string, type = 'application/json') =>
      ask(at, { method: 'POST', path: '/api/v1/thing', headers: { ...bearer(token), 'content-type': type }, body });
    expect(await post('{"a":1}')).toMatchObject({ status: 200, json: { body: { a: 1 } } });
    expect(await post(`"${'x'.repeat(300_000)}"`)).toMatchObject({ status: 413, json: { code: 'limit' } });
    expect(await post('{"a":')).toMatchObject({ status: 400, json: { code: 'usage' } });
    expect(await post('{"__proto__":{"a":1}}')).toMatchObject({ status: 400, json: { code: 'usage' } });
    expect(await post('a=1', 'application/x-www-form-urlencoded')).toMatchObject({
      status: 415,
      json: { code: 'usage', detail: 'say that it is JSON: Content-Type: application/json' },
    });
  });

  it('ends a connection whose body does not come in time', async () => {
    const clock = new FakeClock();
    const at = await site({ clock });
    const socket = connect(at.at.port, at.at.host);
    let closed = false;
    socket.on('close', () => {
      closed = true;
    });
    socket.on('error', () => {});
    const head = ['POST /api/v1/thing HTTP/1.1', `Host: 127.0.0.1:${at.at.port}`, `Authorization: Bearer ${token}`];
    socket.write(`${[...head, 'Content-Type: application/json', 'Content-Length: 9'].join('\r\n')}\r\n\r\n{"a"`);
    await until(() => clock.waiting === 1, 'the body is waited for');
    await clock.wind(bodyMs - 1);
    expect(closed).toBe(false);
    await clock.wind(1);
    await until(() => closed, 'the connection is ended');
  });

  it('leaves no timer behind once a body came', async () => {
    const clock = new FakeClock();
    const at = await site({ clock });
    const headers = { ...bearer(token), 'content-type': 'application/json' };
    await ask(at, { method: 'POST', path: '/api/v1/thing', headers, body: '{}' });
    await ask(at, { method: 'POST', path: '/api/v1/thing', headers, body: '{' });
    await until(() => clock.waiting === 0, 'no timer waits');
  });

  it('says which port is in use, and what to do', async () => {
    const first = await site();
    await expect(site({ port: first.at.port })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(new RegExp(`port ${first.at.port} .*in use.*--http-port`)),
    });
    await expect(site({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'usage' });
  });

  it('says where its page is missing', async () => {
    const page = await mkdtemp(join(tmpdir(), 'rollcall-empty-'));
    await expect(site({ page })).rejects.toMatchObject({ code: 'fault', message: expect.stringContaining('run make') });
  });

  it('ends what it answers, at once, when it closes', async () => {
    const at = await testSite({ routes, tokens: [token], page: await builtPage() });
    const answer = ask(at, { path: '/api/v1/never', headers: bearer(token) });
    const failed = expect(answer).rejects.toThrow();
    await ask(at, { path: '/' });
    await at[Symbol.asyncDispose]();
    await failed;
  });
});
