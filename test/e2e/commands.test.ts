import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashContent } from '../../src/base/merkle.ts';
import { rollcall, type Started, start, startTracker, temporaryFolder } from './program.ts';

const folder = temporaryFolder();
const at = (...parts: string[]): string => join(folder.path, ...parts);
const content = { bob: 'from Bob\n', sally: 'from Sally, and longer\n', same: randomBytes(3_000_000) };
let tracker: Started & { address: string };
const peers: Started[] = [];

/** A command of somebody with a key of their own. */
const as = (who: string, ...args: string[]): ReturnType<typeof rollcall> =>
  rollcall([...args, '--server', tracker.address, '--home', at(`home-${who}`), '--json']);

async function share(user: string, paths: string[], ...more: string[]): Promise<void> {
  const peer = start([
    'share',
    ...paths,
    '--server',
    tracker.address,
    '--user',
    user,
    '--home',
    at(`home-${user}`),
    '--peer-port',
    '0',
    '--json',
    ...more,
  ]);
  peers.push(peer);
  let announced = 0;
  await peer.line((line) => line['event'] === 'announced' && ++announced === paths.length);
}

beforeAll(async () => {
  tracker = await startTracker(folder.path);
  for (const user of ['Bob', 'Sally']) mkdirSync(at(user));
  writeFileSync(at('Bob', 'test.txt'), content.bob);
  writeFileSync(at('Sally', 'test.txt'), content.sally);
  for (const user of ['Bob', 'Sally']) writeFileSync(at(user, 'same.bin'), content.same);
  writeFileSync(at('Sally', 'empty'), '');
  writeFileSync(at('Sally', '🎉 "quoted" name.txt'), 'party');
  mkdirSync(at('Bob', 'album', 'disc 1'), { recursive: true });
  mkdirSync(at('Bob', 'album', 'nothing here'));
  writeFileSync(at('Bob', 'album', 'disc 1', 'track.flac'), content.same);
  writeFileSync(at('Bob', 'album', 'cover.txt'), 'cover');
  await Promise.all([
    share('Bob', [at('Bob', 'test.txt'), at('Bob', 'same.bin'), at('Bob', 'album')]),
    share('Sally', [
      at('Sally', 'test.txt'),
      at('Sally', 'same.bin'),
      at('Sally', 'empty'),
      at('Sally', '🎉 "quoted" name.txt'),
    ]),
  ]);
});

afterAll(async () => {
  await Promise.all([...peers, tracker].map((process) => process[Symbol.asyncDispose]()));
  folder[Symbol.dispose]();
});

describe('ls', () => {
  it('prints every resource with all its fields', async () => {
    const { status, lines } = await as('guest', 'ls');
    expect(status).toBe(0);
    expect(lines).toHaveLength(7);
    const test = lines.find((line) => line['name'] === 'test.txt' && line['owner'] === 'Bob');
    expect(test).toEqual({
      name: 'test.txt',
      owner: 'Bob',
      address: '127.0.0.1',
      port: expect.any(Number),
      size: content.bob.length,
      id: hashContent(Buffer.from(content.bob)).id,
      kind: 'file',
      description: '',
      state: 'alive',
    });
    expect(lines.find((line) => line['name'] === 'album')).toMatchObject({ kind: 'folder', size: 3_000_005 });
  });

  it('finds by substring in any case, and by owner', async () => {
    expect((await as('guest', 'ls', 'QUOTED')).lines.map((line) => line['name'])).toEqual(['🎉 "quoted" name.txt']);
    expect((await as('guest', 'ls', '--owner', 'Bob')).lines).toHaveLength(3);
    const nothing = await as('guest', 'ls', 'no such thing');
    expect(nothing).toMatchObject({ status: 0, lines: [] });
  });
});

describe('who', () => {
  it('prints each peer with all its fields', async () => {
    const { status, lines } = await as('guest', 'who');
    expect(status).toBe(0);
    expect(lines.map((line) => line['user']).sort()).toEqual(['Bob', 'Sally']);
    expect(lines.find((line) => line['user'] === 'Bob')).toEqual({
      user: 'Bob',
      address: '127.0.0.1',
      port: expect.any(Number),
      state: 'alive',
      resources: 3,
      udp: 'ok',
    });
  });
});

describe('hash', () => {
  it('prints the ids that would be announced', async () => {
    const { status, lines } = await as('guest', 'hash', at('Bob', 'same.bin'), at('Sally', 'empty'));
    expect(status).toBe(0);
    expect(lines.map((line) => line['id'])).toEqual([hashContent(content.same).id, createHash('sha256').digest('hex')]);
  });
});

describe('get', () => {
  const get = (...args: string[]): ReturnType<typeof rollcall> => {
    const downloads = at(`downloads-${randomBytes(4).toString('hex')}`);
    mkdirSync(downloads);
    return as('guest', 'get', ...args, '--downloads', downloads);
  };

  it('takes identical copies for one, and saves what was announced', async () => {
    const { status, lines } = await get('same.bin');
    expect(status).toBe(0);
    const saved = lines.at(-1) as { path: string; from: string[] };
    expect(saved).toEqual({
      event: 'saved',
      path: expect.stringMatching(/downloaded_(Bob|Sally)_same\.bin$/),
      bytes: content.same.length,
      id: hashContent(content.same).id,
      from: expect.any(Array),
      seconds: expect.any(Number),
    });
    expect(['Bob', 'Sally']).toEqual(expect.arrayContaining(saved.from));
    expect(saved.from).not.toEqual([]);
    expect(readFileSync(saved.path).equals(content.same)).toBe(true);
    expect(readdirSync(join(saved.path, '..'))).toHaveLength(1);
  });

  it('of a name with different files is ambiguous: 4, with the choices', async () => {
    const { status, stderr, lines } = await get('test.txt');
    expect(status).toBe(4);
    expect(lines.at(-1)).toMatchObject({ event: 'error', code: 'ambiguous' });
    for (const text of ['Bob', 'Sally', hashContent(Buffer.from(content.bob)).id.slice(0, 8)])
      expect(stderr).toContain(text);
  });

  it.each([
    ['Bob', content.bob],
    ['Sally', content.sally],
  ])('takes the file of %s with --from', async (owner, text) => {
    const { status, lines } = await get('test.txt', '--from', owner);
    expect(status).toBe(0);
    expect(lines.at(-1)).toMatchObject({ from: [owner] });
    expect(readFileSync(String(lines.at(-1)?.['path']), 'utf8')).toBe(text);
    expect(String(lines.at(-1)?.['path'])).toMatch(new RegExp(`downloaded_${owner}_test\\.txt$`));
  });

  it('takes the content of --id, and saves to -o', async () => {
    const file = at('chosen.txt');
    const { status } = await get('test.txt', '--id', hashContent(Buffer.from(content.sally)).id, '-o', file);
    expect(status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(content.sally);
  });

  it('fetches empty files, names with emoji, and folders with empty folders in them', async () => {
    expect(readFileSync(String((await get('empty')).lines.at(-1)?.['path']))).toHaveLength(0);
    expect(readFileSync(String((await get('🎉 "quoted" name.txt')).lines.at(-1)?.['path']), 'utf8')).toBe('party');
    const album = String((await get('album')).lines.at(-1)?.['path']);
    expect(readFileSync(join(album, 'disc 1', 'track.flac')).equals(content.same)).toBe(true);
    expect(readFileSync(join(album, 'cover.txt'), 'utf8')).toBe('cover');
    expect(readdirSync(join(album, 'nothing here'))).toEqual([]);
  });

  it('does not touch a file that exists: 10, or another name with --rename, or over it with --overwrite', async () => {
    const file = at('there.txt');
    writeFileSync(file, 'mine');
    const want = ['test.txt', '--from', 'Bob', '-o', file];
    expect((await get(...want)).status).toBe(10);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await get(...want, '--rename')).lines.at(-1)).toMatchObject({ path: at('there (2).txt') });
    expect(readFileSync(at('there (2).txt'), 'utf8')).toBe(content.bob);
    expect((await get(...want, '--overwrite')).status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(content.bob);
  });

  it('puts no file in the place of a folder, nor the reverse, and fetches nothing to find that out', async () => {
    mkdirSync(at('mixed', 'folder'), { recursive: true });
    writeFileSync(at('mixed', 'file'), 'mine');
    expect((await get('test.txt', '--from', 'Bob', '-o', at('mixed', 'folder'), '--overwrite')).status).toBe(10);
    expect((await get('album', '-o', at('mixed', 'file'), '--overwrite')).status).toBe(10);
    expect(readdirSync(at('mixed')).sort()).toEqual(['file', 'folder']);
  });

  it.each([
    ['a name that nobody shares', ['nothing.txt'], 3],
    ['an owner who has it not', ['album', '--from', 'Sally'], 3],
    ['an id that nobody has', ['--id', 'ab'.repeat(32)], 3],
    ['an id that is none', ['--id', 'xyz'], 2],
    ['both --overwrite and --rename', ['album', '--overwrite', '--rename'], 2],
    ['no name at all', [], 2],
  ])('ends %s with its own exit status', async (_, args, status) => {
    const ended = await get(...args);
    expect(ended.status).toBe(status);
    expect(ended.stderr).not.toBe('');
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });
});

describe('link', () => {
  it('is for a file alone', async () => {
    const { status, stderr } = await as('guest', 'link', 'album');
    expect(status).toBe(2);
    expect(stderr).toContain('rollcall get');
    expect((await as('guest', 'link', 'nothing.txt')).status).toBe(3);
  });
});

describe('names and keys', () => {
  it('a name in use by another key is refused: 5, and the text says who holds it', async () => {
    writeFileSync(at('thief.txt'), 'x');
    const { status, stderr } = await as('thief', 'share', at('thief.txt'), '--user', 'Bob', '--peer-port', '0');
    expect(status).toBe(5);
    expect(stderr).toMatch(/Bob.*[0-9a-f]{8}/s);
  });

  it('unregister frees the name for another key', async () => {
    expect((await as('first', 'ls', '--user', 'Nomad')).status).toBe(0);
    expect((await as('second', 'ls', '--user', 'Nomad')).status).toBe(5);
    expect((await as('second', 'unregister', '--user', 'Nomad')).status).toBe(5);
    expect((await as('first', 'unregister', '--user', 'Nomad')).status).toBe(0);
    expect((await as('second', 'ls', '--user', 'Nomad')).status).toBe(0);
  });

  it('a share for named users is there for them alone', async () => {
    writeFileSync(at('secret.txt'), 'for Sally only');
    const peer = start([
      'share',
      at('secret.txt'),
      '--to',
      'Sally',
      '--server',
      tracker.address,
      '--user',
      'Bob',
      '--home',
      at('home-Bob'),
      '--peer-port',
      '0',
      '--json',
    ]);
    peers.push(peer);
    await peer.line((line) => line['event'] === 'announced');
    expect((await as('guest', 'ls', 'secret')).lines).toEqual([]);
    expect((await as('guest', 'get', 'secret.txt', '-o', at('stolen'))).status).toBe(3);
    expect((await as('Sally', 'ls', 'secret', '--user', 'Sally')).lines).toHaveLength(1);
    expect((await as('Sally', 'get', 'secret.txt', '--user', 'Sally', '-o', at('given'))).status).toBe(0);
    expect(readFileSync(at('given'), 'utf8')).toBe('for Sally only');
  });

  it('a tracker with another key than before is refused: 5, with what to do', async () => {
    const home = at('home-pinned');
    mkdirSync(home);
    writeFileSync(join(home, 'known_trackers'), `${tracker.address} ${'ab'.repeat(32)}\n`);
    const { status, stderr } = await as('pinned', 'ls');
    expect(status).toBe(5);
    expect(stderr).toContain('known_trackers');
  });
});

describe('bad input', () => {
  it.each([
    ['an unknown command', ['frobnicate'], 2],
    ['an unknown flag', ['ls', '--frobnicate'], 2],
    ['no tracker named', ['ls'], 2],
    ['a port that is none', ['ls', '--server', '127.0.0.1:99999'], 2],
    ['a name that does not resolve', ['ls', '--server', 'name.invalid'], 6],
    ['a tracker that is not there', ['ls', '--server', '127.0.0.1:1'], 6],
    ['a rate that is none', ['get', 'x', '--limit-down', '0'], 2],
    ['too many owners', ['get', 'x', '--max-owners', '65'], 2],
    ['a link that lives too long', ['link', 'x', '--for', '2h30m'], 2],
    ['a missing path', ['share', '/no/such/file', '--user', 'Zoe', '--peer-port', '0'], 3],
    ['a user name that is none', ['ls', '--user', '../x'], 2],
    ['a heartbeat that is none', ['server', '--heartbeat', 'soon'], 2],
    ['times in the wrong order', ['server', '--suspect-after', '20s', '--port', '0'], 2],
  ])('%s ends with its own status, and one clear text', async (_, args, status) => {
    const extra = args.includes('share') || args.includes('../x') ? ['--server', tracker.address] : [];
    const ended = await rollcall([...args, ...extra, '--home', at('home-bad')]);
    expect(ended.status).toBe(status);
    expect(ended.stderr).not.toBe('');
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });

  it('a tracker port in use ends with 2 and says so', async () => {
    const port = tracker.address.split(':')[1] as string;
    const ended = await rollcall(['server', '--host', '127.0.0.1', '--port', port, '--data', at('other')]);
    expect(ended.status).toBe(2);
    expect(ended.stderr).toContain(port);
  });

  it('no file is left behind that should not be', () => {
    expect(existsSync(at('stolen'))).toBe(false);
  });
});
