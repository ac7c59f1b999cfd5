import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../../src/base/errors.ts';
import { AmbiguousError } from '../../../../../src/client/app.ts';
import { choice, owner } from '../../fakes.ts';
import { openScene, type Scene } from '../apiScene.ts';
import { aContent, aDownload, anEntry, anId, aShare } from '../fakeDaemon.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

describe('resources', () => {
  it('are asked for as the query says, and in a usual way where it says nothing', async () => {
    scene.daemon.contentRows = [aContent('film.mkv'), aContent('book.pdf')];
    const found = await scene.call('GET', '/resources?pattern=film&owner=Bob&sort=size&order=down&offset=0&limit=5');
    expect(found.json).toMatchObject({ version: 4, total: 1, rows: [{ name: 'film.mkv', owners: [{ user: 'Bob' }] }] });
    await scene.call('GET', '/resources');
    expect(scene.daemon.calls).toEqual([
      ['contents', { pattern: 'film', owner: 'Bob', sort: 'size', descending: true, offset: 0, limit: 5 }],
      ['contents', { pattern: undefined, owner: undefined, sort: 'name', descending: false, offset: 0, limit: 100 }],
    ]);
  });

  it.each([
    'limit=0',
    'limit=501',
    'limit=x',
    'offset=-1',
    'sort=color',
    'order=sideways',
    'owner=a%2Fb',
    'sort=size&sort=name',
  ])('are not looked for with %s', async (query) => {
    const answer = await scene.call('GET', `/resources?${query}`);
    expect(answer).toMatchObject({ status: 400, json: { code: 'usage' } });
    expect(Object.keys(answer.json.fields)).toEqual([query.split('=')[0]]);
  });

  it('come as they are named, in any script and with markup', async () => {
    const names = ['<script>alert(1)</script>', '文件.txt', 'ملف.txt', '__proto__', 'a&b"c'];
    scene.daemon.contentRows = names.map((name) => ({ ...aContent('x'), name: name as never }));
    const answer = await scene.call('GET', '/resources');
    expect(answer.json.rows.map(({ name }: { name: string }) => name)).toEqual(names);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  });
});

describe('shares', () => {
  it('are made, listed and withdrawn', async () => {
    const wanted = { path: '/data/film.mkv', as: 'movie.mkv', description: 'a film', to: ['Bob', 'Sally'] };
    expect(await scene.call('POST', '/shares', wanted)).toMatchObject({ status: 200, json: { name: 'movie.mkv' } });
    expect((await scene.call('GET', '/shares')).json.shares).toMatchObject([{ name: 'movie.mkv' }]);
    expect((await scene.call('DELETE', '/shares/movie.mkv')).status).toBe(204);
    expect(await scene.call('DELETE', '/shares/movie.mkv')).toMatchObject({ status: 404, json: { code: 'not-found' } });
    const terms = { description: 'a film', to: ['Bob', 'Sally'], as: 'movie.mkv' };
    expect(scene.daemon.calls.slice(0, 2)).toEqual([
      ['share', '/data/film.mkv', terms],
      ['withdraw', 'movie.mkv'],
    ]);
  });

  it('are withdrawn by names with anything in them that a name may have', async () => {
    scene.daemon.shareRows = [aShare('a b%20#?é文.txt')];
    expect((await scene.call('DELETE', `/shares/${encodeURIComponent('a b%20#?é文.txt')}`)).status).toBe(204);
  });

  it.each([
    [{ path: 'relative/file' }, 'path'],
    [{ path: '' }, 'path'],
    [{ path: '/a\0b' }, 'path'],
    [{ path: '/a', as: 'a/b' }, 'as'],
    [{ path: '/a', to: ['ok', 'a/b'] }, 'to'],
    [{ path: '/a', description: 'x'.repeat(1001) }, 'description'],
  ])('are not made with %j, and the field that is wrong is named', async (wanted, field) => {
    const answer = await scene.call('POST', '/shares', wanted);
    expect(answer).toMatchObject({ status: 400, json: { code: 'usage' } });
    expect(Object.keys(answer.json.fields)).toEqual([field]);
    expect(scene.daemon.calls).toEqual([]);
  });

  it.each([
    ['not-found', 'path'],
    ['usage', 'path'],
    ['exists', 'as'],
  ] as const)('that fail with %s say so beside the field %s', async (code, field) => {
    scene.daemon.refuse = new RollcallError(code, 'why');
    const answer = await scene.call('POST', '/shares', { path: '/a' });
    expect(answer.json).toMatchObject({ code, fields: { [field]: 'why' } });
  });
});

describe('transfers', () => {
  it('are added by name, id and owner, saved beside what is there unless told otherwise', async () => {
    await scene.call('POST', '/transfers', { name: 'film.mkv', from: 'Bob' });
    await scene.call('POST', '/transfers', { id: anId, file: '/tmp/x', ifExists: 'refuse' });
    expect(scene.daemon.calls).toEqual([
      ['add', { name: 'film.mkv', id: undefined, from: 'Bob', file: undefined, ifExists: 'rename' }],
      ['add', { name: undefined, id: anId, from: undefined, file: '/tmp/x', ifExists: 'refuse' }],
    ]);
  });

  it.each([
    [{}, ''],
    [{ name: 'a/b' }, 'name'],
    [{ id: 'abc' }, 'id'],
    [{ name: 'a', from: 'x'.repeat(65) }, 'from'],
    [{ name: 'a', file: 'relative' }, 'file'],
    [{ name: 'a', ifExists: 'perhaps' }, 'ifExists'],
  ])('are not added with %j', async (wanted, field) => {
    const answer = await scene.call('POST', '/transfers', wanted);
    expect(answer).toMatchObject({ status: 400, json: { code: 'usage' } });
    expect(Object.keys(answer.json.fields)).toEqual([field]);
  });

  it('tell what there is to choose from where one name is several files', async () => {
    const choices = [
      choice('a', 5, owner('Bob', '192.168.1.2', 50_000)),
      choice('b', 6, owner('Eve', '192.168.1.3', 50_001)),
    ];
    scene.daemon.refuse = new AmbiguousError('two files go by that name', choices);
    const answer = await scene.call('POST', '/transfers', { name: 'test.txt' });
    expect(answer).toMatchObject({
      status: 409,
      json: { code: 'ambiguous', exit: 4, detail: 'two files go by that name' },
    });
    expect(answer.json.choices).toMatchObject([
      { id: 'a'.repeat(64), size: 5, owners: [{ user: 'Bob', address: '192.168.1.2', port: 50_000 }] },
      { id: 'b'.repeat(64), owners: [{ user: 'Eve' }] },
    ]);
    expect(answer.text).not.toContain('ticket');
  });

  it('are paused, resumed, cancelled and forgotten, and told as they are then', async () => {
    scene.daemon.downloadRows = [aDownload('one')];
    expect((await scene.call('POST', '/transfers/one/pause')).json.state).toBe('paused');
    expect((await scene.call('POST', '/transfers/one/resume')).json.state).toBe('queued');
    expect((await scene.call('POST', '/transfers/one/cancel')).json.state).toBe('cancelled');
    expect((await scene.call('DELETE', '/transfers/one')).status).toBe(204);
    for (const how of ['/pause', '/resume', '/cancel', '/open', '']) {
      expect((await scene.call(how === '' ? 'GET' : 'POST', `/transfers/one${how}`)).json.code, how).toBe('not-found');
    }
  });

  it('are told with their pieces, where there are some', async () => {
    scene.daemon.downloadRows = [aDownload('one')];
    expect((await scene.call('GET', '/transfers/one')).json).toMatchObject({ id: 'one', pieces: null });
    scene.daemon.bar = { pieces: 4, have: 1, cells: [100, 0] };
    expect((await scene.call('GET', '/transfers/one')).json.pieces).toEqual({ pieces: 4, have: 1, cells: [100, 0] });
  });

  it('show the folder of one that is done, while it is there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-shown-'));
    scene.daemon.downloadRows = [aDownload('one'), aDownload('two', { state: 'done', path: join(folder, 'film.mkv') })];
    expect((await scene.call('POST', '/transfers/one/open')).json).toMatchObject({ code: 'usage' });
    expect((await scene.call('POST', '/transfers/two/open')).status).toBe(200);
    await rm(folder, { recursive: true });
    expect((await scene.call('POST', '/transfers/two/open')).json).toMatchObject({ code: 'not-found' });
    expect(scene.shown).toEqual([folder]);
  });
});

describe('the rest', () => {
  it('tells the log as the query says', async () => {
    scene.daemon.entries = [anEntry(8)];
    expect((await scene.call('GET', '/log?level=warn&after=7&limit=3')).json).toEqual({ entries: [anEntry(8)] });
    expect((await scene.call('GET', '/log?level=loud')).status).toBe(400);
    expect(scene.daemon.calls).toEqual([['entries', { level: 'warn', after: 7, most: 3 }]]);
  });

  it('changes settings, all or none, and names the field that is wrong', async () => {
    expect((await scene.call('PATCH', '/settings', { limitUp: null, limitDown: 5 })).json).toMatchObject({
      limitDown: 5,
    });
    expect((await scene.call('PATCH', '/settings', { limitUp: -1 })).json).toMatchObject({
      fields: { limitUp: expect.any(String) },
    });
    const change = { downloads: '/a', shareFolder: '/b' };
    for (const [message, fields] of [
      ['shareFolder: it cannot be made: there is a file', { shareFolder: 'it cannot be made: there is a file' }],
      ['limitUp: not asked for', undefined],
      ['it cannot be made', undefined],
    ] as const) {
      scene.daemon.refuse = new RollcallError('usage', message);
      const { json } = await scene.call('PATCH', '/settings', change);
      expect(json).toMatchObject({ code: 'usage', detail: message });
      expect(json.fields).toEqual(fields);
    }
  });

  it('gives an address and its QR code, dark in three corners', async () => {
    const { json } = await scene.call('POST', '/links', { name: 'film.mkv', seconds: 60, plain: true });
    expect(scene.daemon.calls).toEqual([
      ['link', { name: 'film.mkv', id: undefined, from: undefined, seconds: 60, uses: undefined, plain: true }],
    ]);
    expect(json).toMatchObject({ url: expect.stringContaining('https://'), uses: null });
    const rows: string[] = json.qr;
    expect(rows.every((row) => row.length === rows.length && /^[01]+$/.test(row))).toBe(true);
    expect([rows[0]?.slice(0, 7), rows[0]?.slice(-7), rows.at(-1)?.slice(0, 7)]).toEqual(Array(3).fill('1111111'));
    for (const wrong of [{ seconds: 59 }, { seconds: 86_401 }, { uses: 0 }]) {
      expect((await scene.call('POST', '/links', { name: 'film.mkv', ...wrong })).status).toBe(400);
    }
  });

  it('refuses what it does not know in a body, since it may be misspelt', async () => {
    const misspelt = [
      ['PATCH', '/settings', { limit_up: 1024 }],
      ['POST', '/transfers', { name: 'film.mkv', owner: 'Bob' }],
      ['POST', '/links', { name: 'film.mkv', for: '1h' }],
      ['POST', '/shares', { path: '/film.mkv', only: ['Bob'] }],
      ['PUT', '/connection', { server: 'lab', user: 'Bob', port: 7000 }],
    ] as const;
    for (const [method, path, body] of misspelt) {
      const answer = await scene.call(method, path, body);
      expect(answer, path).toMatchObject({ status: 400, json: { code: 'usage' } });
      expect(answer.json.detail, path).toContain(Object.keys(body).at(-1));
    }
  });

  it('tells what it found of trackers, the rates and the date', async () => {
    scene.daemon.samples = [{ at: 1, up: 2, down: 3 }];
    expect((await scene.call('GET', '/trackers')).json).toEqual({ trackers: [], off: false });
    expect((await scene.call('GET', '/rates')).json).toEqual({ samples: [{ at: 1, up: 2, down: 3 }] });
    expect((await scene.call('GET', '/date')).json).toEqual({
      date: '2030-01-01T00:00:00.000Z',
      source: 'this machine',
    });
  });
});
