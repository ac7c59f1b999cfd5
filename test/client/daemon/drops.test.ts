import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dropIdleMs, dropSweepMs, maxDrops } from '../../../src/client/daemon/limits.ts';
import { type Scene, scene, temporaryFolder } from './fakes.ts';

async function* bytes(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
async function* broken(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
  throw new Error('the page went away');
}
const shared = (s: Scene): string => join(s.folder, 'shared');
const code = (done: Promise<unknown>): Promise<string> =>
  done.then(
    () => 'done',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

describe('a drop', () => {
  it('puts what came into the share folder, and shares each entry', async () => {
    const s = await scene();
    const drop = await s.daemon.drops.open();
    await s.daemon.drops.put(drop, 'photos/1.jpg', bytes('on', 'e'), 3);
    await s.daemon.drops.put(drop, 'photos/more/2.jpg', bytes('two'), undefined);
    await s.daemon.drops.put(drop, 'a.txt', bytes(), 0);
    expect(s.daemon.shares()).toEqual([]);
    const shares = await s.daemon.drops.publish(drop, { description: 'dropped' });
    expect(shares).toMatchObject([
      { name: 'a.txt', path: join(shared(s), 'a.txt'), kind: 'file', description: 'dropped' },
      { name: 'photos', path: join(shared(s), 'photos'), kind: 'folder' },
    ]);
    expect((await readdir(shared(s), { recursive: true })).sort()).toEqual([
      'a.txt',
      'photos',
      'photos/1.jpg',
      'photos/more',
      'photos/more/2.jpg',
    ]);
    expect(await readFile(join(shared(s), 'photos', '1.jpg'), 'utf8')).toBe('one');
    expect(await code(s.daemon.drops.publish(drop, {}))).toBe('not-found');
  });

  it('takes another name where one is taken, on the disk or among what is shared', async () => {
    const s = await scene();
    await mkdir(shared(s));
    await writeFile(join(shared(s), 'a.txt'), 'old');
    await mkdir(join(shared(s), 'dir'));
    await writeFile(join(s.folder, 'b.txt'), 'elsewhere');
    await s.daemon.share(join(s.folder, 'b.txt'), {});
    const drop = await s.daemon.drops.open();
    for (const path of ['a.txt', 'b.txt', 'dir/x']) await s.daemon.drops.put(drop, path, bytes('new'), 3);
    const shares = await s.daemon.drops.publish(drop, {});
    expect(shares.map(({ name }) => name)).toEqual(['a (2).txt', 'b (2).txt', 'dir (2)']);
    expect(await readFile(join(shared(s), 'a.txt'), 'utf8')).toBe('old');
  });

  it.each(['../x', '/etc/x', 'a/../b', 'a//b', '', 'con', 'a\\b', 'a\0b', '.rollcall-drop-0011223344556677', 'x/C:'])(
    'refuses the path %j',
    async (path) => {
      const s = await scene();
      const drop = await s.daemon.drops.open();
      expect(await code(s.daemon.drops.put(drop, path, bytes('x'), 1))).toBe('usage');
      expect(await code(s.daemon.drops.publish(drop, {}))).toBe('usage');
      expect(await readdir(s.folder)).toEqual(expect.not.arrayContaining(['x']));
    },
  );

  it('keeps nothing of a file that breaks off, is too long or too short, and takes it again', async () => {
    const s = await scene();
    const { drops } = s.daemon;
    const drop = await drops.open();
    expect(await code(drops.put(drop, 'd/a', broken('part'), undefined))).toBe('the page went away');
    expect(await code(drops.put(drop, 'd/a', bytes('1234'), 3))).toBe('usage');
    expect(await code(drops.put(drop, 'd/a', bytes('12'), 3))).toBe('unfinished');
    const [hidden = ''] = await readdir(shared(s));
    expect(await readdir(join(shared(s), hidden, 'd'))).toEqual([]);
    expect(await code(drops.publish(drop, {}))).toBe('usage');
    await drops.put(drop, 'e/a', bytes('123'), 3);
    expect((await drops.publish(drop, {})).map(({ name }) => name)).toEqual(['e']);
    expect(await readdir(shared(s))).toEqual(['e']);
  });

  it('refuses what some file system would take for what is there', async () => {
    const s = await scene();
    const { drops } = s.daemon;
    const drop = await drops.open();
    await drops.put(drop, 'Photos/a', bytes('1'), 1);
    for (const path of ['Photos/A', 'photos/b', 'PHOTOS', 'Photos/a/b', 'Photos']) {
      expect(await code(drops.put(drop, path, bytes('1'), 1))).toBe('exists');
    }
    await drops.put(drop, 'Photos/b', bytes('1'), 1);
  });

  it('refuses what the disk has no room for', async () => {
    const s = await scene();
    const drop = await s.daemon.drops.open();
    expect(await code(s.daemon.drops.put(drop, 'a', bytes('1'), 1e17))).toBe('no-space');
  });

  it('is not published while files come, and ends them when it is discarded', async () => {
    const s = await scene();
    const { drops } = s.daemon;
    const drop = await drops.open();
    const silent = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      await new Promise(() => {});
    };
    const putting = code(drops.put(drop, 'a', silent(), undefined));
    await drops.put(drop, 'b', bytes('b'), 1);
    expect(await code(drops.publish(drop, {}))).toBe('usage');
    const discarding = drops.discard(drop);
    // Nobody waits for a page that says nothing more.
    expect(await putting).toBe('interrupted');
    await discarding;
    expect(await readdir(shared(s))).toEqual([]);
    expect(await code(drops.put(drop, 'c', bytes('c'), 1))).toBe('not-found');
  });

  it('is removed when nobody goes on with it for an hour, and when the daemon ends', async () => {
    const s = await scene();
    const { drops } = s.daemon;
    const idle = await drops.open();
    await s.clock.wind(dropIdleMs - dropSweepMs);
    const used = await drops.open();
    await drops.put(used, 'a', bytes('a'), 1);
    await s.clock.wind(2 * dropSweepMs);
    expect(await code(drops.put(idle, 'a', bytes('a'), 1))).toBe('not-found');
    await drops.put(used, 'b', bytes('b'), 1);
    await s.daemon[Symbol.asyncDispose]();
    expect(await readdir(shared(s))).toEqual([]);
  });

  it('of an earlier start is removed once it is old, and nothing else is', async () => {
    const folder = await temporaryFolder();
    const old = join(folder, 'shared', '.rollcall-drop-0011223344556677');
    const young = join(folder, 'shared', '.rollcall-drop-8811223344556677');
    const other = join(folder, 'shared', '.rollcall-drop-mine');
    for (const path of [old, young, other]) await mkdir(path, { recursive: true });
    const s = await scene({}, folder);
    // The fake clock is some years ahead.
    await utimes(young, s.clock.wall() / 1000, s.clock.wall() / 1000);
    await s.clock.wind(dropSweepMs);
    for (let turn = 0; turn < 200 && (await readdir(join(folder, 'shared'))).length > 2; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect((await readdir(join(folder, 'shared'))).sort()).toEqual([
      '.rollcall-drop-8811223344556677',
      '.rollcall-drop-mine',
    ]);
  });

  it('is one of a few at a time', async () => {
    const s = await scene();
    for (let count = 0; count < maxDrops; count++) await s.daemon.drops.open();
    expect(await code(s.daemon.drops.open())).toBe('limit');
  });

  it('says so where the share folder cannot be written to', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'shared'), 'a file');
    const s = await scene({}, folder);
    await expect(s.daemon.drops.open()).rejects.toMatchObject({ code: 'usage', message: /share folder/ });
  });
});
