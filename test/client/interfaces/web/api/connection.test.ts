import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../../src/base/errors.ts';
import { userName } from '../../../../../src/base/names.ts';
import { codeMs, maxCodeTries } from '../../../../../src/web/limits.ts';
import { ask, until } from '../../../../web/support.ts';
import { openScene, type Scene, token } from '../apiScene.ts';
import { aUser, online } from '../fakeDaemon.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await openScene({ usual: { server: 'tracker.lan', user: 'Carol' } });
});
afterEach(() => scene[Symbol.asyncDispose]());

const session = (code: unknown) =>
  ask(scene.site, {
    method: 'POST',
    path: '/api/v1/session',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });

describe('a session', () => {
  it('is had for a code, once', async () => {
    const code = scene.codes.issue();
    expect(await session(code)).toMatchObject({ status: 200, json: { token } });
    expect(await session(code)).toMatchObject({ status: 403, json: { code: 'refused' } });
  });

  it('is had for no code that is too old', async () => {
    const code = scene.codes.issue();
    await scene.clock.wind(codeMs);
    expect(await session(code)).toMatchObject({
      status: 403,
      json: { detail: expect.stringContaining('press Enter') },
    });
  });

  it('is not guessed: after a few tries a second nothing is looked at', async () => {
    for (let at = 0; at < maxCodeTries; at++) expect((await session('guess')).status).toBe(403);
    expect(await session(scene.codes.issue())).toMatchObject({ status: 429, json: { code: 'limit' } });
  });

  it.each([undefined, 5, 'x'.repeat(201), {}])('takes no %s for a code', async (code) => {
    expect(await session(code)).toMatchObject({
      status: 400,
      json: { code: 'usage', fields: { code: expect.any(String) } },
    });
  });
});

describe('the connection', () => {
  it('is made with what is asked for, and told', async () => {
    const wanted = { server: 'tracker:7450', user: 'Carol', peerPort: 0 };
    expect(await scene.call('PUT', '/connection', wanted)).toMatchObject({
      status: 200,
      json: { state: 'online', server: 'tracker:7450', user: 'Carol' },
    });
    expect(scene.daemon.calls).toEqual([['connect', wanted]]);
    expect((await scene.call('DELETE', '/connection')).json).toEqual({ state: 'offline' });
  });

  it.each([
    [{ server: 'not an address', user: 'Carol' }, 'server'],
    [{ server: 'tracker:99999', user: 'Carol' }, 'server'],
    [{ server: '', user: 'Carol' }, 'server'],
    [{ server: 'tracker', user: 'a/b' }, 'user'],
    [{ server: 'tracker' }, 'user'],
    [{ server: 'tracker', user: 'Carol', peerPort: 80 }, 'peerPort'],
    [{ server: 'tracker', user: 'Carol', peerPort: 70_000 }, 'peerPort'],
    [{ server: 'tracker', user: 'Carol', peerPort: '5' }, 'peerPort'],
  ])('is not tried with %j, and the field that is wrong is named', async (wanted, field) => {
    const answer = await scene.call('PUT', '/connection', wanted);
    expect(answer).toMatchObject({ status: 400, json: { code: 'usage', exit: 2 } });
    expect(Object.keys(answer.json.fields)).toEqual([field]);
    expect(scene.daemon.calls).toEqual([]);
  });

  it.each([
    ['name-taken', 409, 'user'],
    ['unreachable', 502, 'server'],
    ['key-changed', 409, 'server'],
    ['bad-message', 502, 'server'],
    ['usage', 400, 'peerPort'],
    ['refused', 403, undefined],
    ['fault', 500, undefined],
  ] as const)('that fails with %s says so beside the field that it comes from', async (code, status, field) => {
    scene.daemon.refuse = new RollcallError(code, 'what happened, and what to do');
    const answer = await scene.call('PUT', '/connection', { server: 'tracker', user: 'Carol' });
    expect(answer).toMatchObject({ status, json: { code, detail: 'what happened, and what to do' } });
    expect(answer.json.fields).toEqual(field === undefined ? undefined : { [field]: 'what happened, and what to do' });
  });

  it('is filled in with what was named at the start, and then with what was last', async () => {
    const named = async () => {
      const { server, user } = (await scene.call('GET', '/status')).json;
      return { server, user };
    };
    expect(await named()).toEqual({ server: 'tracker.lan', user: 'Carol' });
    await scene.call('PUT', '/connection', { server: 'other', user: 'Dave' });
    expect(await named()).toEqual({ server: 'other', user: 'Dave' });
    await scene.call('DELETE', '/connection');
    expect(await named()).toEqual({ server: 'other', user: 'Dave' });
  });
});

describe('the status', () => {
  it('says how things stand', async () => {
    scene.daemon.connection = {
      state: 'lost',
      server: 'tracker',
      user: userName('Carol'),
      port: 5,
      why: 'gone',
      retryAt: 9,
    };
    scene.daemon.userRows = [aUser('Bob')];
    expect((await scene.call('GET', '/status')).json).toEqual({
      version: '1.2.3',
      connection: { state: 'lost', server: 'tracker', user: 'Carol', port: 5, why: 'gone', retryAt: 9 },
      server: 'tracker',
      user: 'Carol',
      roll: { version: 4, state: 'live', resources: 0, users: 1, cut: false },
    });
  });

  it('tells who is here, ourselves among them, and who has no heartbeat to miss', async () => {
    scene.daemon.connection = online;
    const old = aUser('Old', { fingerprint: undefined });
    scene.daemon.userRows = [aUser('Bob'), aUser('Carol', { port: 50_123 }), aUser('Carol', { port: 50_124 }), old];
    const { users } = (await scene.call('GET', '/users')).json;
    expect(users.map(({ self }: { self: boolean }) => self)).toEqual([false, true, false, false]);
    expect(users.map(({ udp }: { udp: unknown }) => udp)).toEqual(['ok', 'ok', 'ok', null]);
    expect(users[0]).not.toHaveProperty('fingerprint');
  });
});

describe('the trackers of the network', () => {
  it('are looked for once for all who ask at the same time, and anew for whoever asks later', async () => {
    const answers: (() => void)[] = [];
    const lab = { host: '192.168.1.10', port: 7450, name: 'lab', fingerprint: null };
    const discover = () => new Promise<[typeof lab]>((resolve) => answers.push(() => resolve([lab])));
    await using other = await openScene({ discover });
    const asked = [other.call('GET', '/trackers'), other.call('GET', '/trackers')];
    await until(() => answers.length === 1, 'it looks');
    await other.call('GET', '/status');
    answers[0]?.();
    for (const answer of asked) expect((await answer).json).toEqual({ trackers: [lab], off: false });
    expect(answers).toHaveLength(1);
    const later = other.call('GET', '/trackers');
    await until(() => answers.length === 2, 'it looks again');
    answers[1]?.();
    expect((await later).status).toBe(200);
  });

  it('are not looked for where that is switched off, which is told', async () => {
    await using other = await openScene({ discover: undefined });
    expect((await other.call('GET', '/trackers')).json).toEqual({ trackers: [], off: true });
  });
});
