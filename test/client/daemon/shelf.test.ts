import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import { settle } from '../../support/fakeClock.ts';
import { announcement, eventually, id, type Scene, scene, temporaryFolder } from './fakes.ts';

const to = { server: 'lab', user: 'Ann' };

async function withFile(name = 'a.txt', options = {}): Promise<Scene & { path: string }> {
  const s = await scene(options);
  const path = join(s.folder, name);
  await writeFile(path, 'abc');
  return { ...s, path };
}

describe('what is shared', () => {
  it('waits for a tracker, is hashed, and is shared', async () => {
    const s = await withFile();
    const share = await s.daemon.share(s.path, { description: 'three', to: [userName('Bob')] });
    expect(share).toEqual({
      name: 'a.txt',
      path: s.path,
      state: 'waiting',
      kind: 'file',
      id: null,
      size: null,
      description: 'three',
      to: ['Bob'],
      hashing: null,
      error: null,
      sharedAt: s.clock.wall(),
    });
    let done = (): void => {};
    s.joining.share = async (_path, { as, description, to: audience, onProgress }) => {
      expect([as, description, audience]).toEqual(['a.txt', 'three', ['Bob']]);
      onProgress?.(1, 3);
      await new Promise<void>((resolve) => {
        done = resolve;
      });
      return announcement('a.txt', { id: id('b') });
    };
    await s.daemon.connect(to);
    await settle();
    expect(s.daemon.shares()).toMatchObject([{ state: 'hashing', hashing: { bytes: 1, size: 3 } }]);
    done();
    await eventually(() => s.daemon.shares()[0]?.state === 'shared');
    expect(s.daemon.shares()).toMatchObject([{ id: id('b'), size: 3, hashing: null }]);
    await s.daemon.disconnect();
    expect(s.daemon.shares()).toMatchObject([{ state: 'waiting', id: id('b'), size: 3 }]);
  });

  it('is kept over starts, for its owner alone, without what is known of it only now', async () => {
    const s = await withFile();
    await s.daemon.share(s.path, { as: resourceName('mine'), description: 'd' });
    const file = join(s.folder, 'home', 'shares.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(s.folder, 'home'))).toEqual(['shares.json']);
    await s.daemon[Symbol.asyncDispose]();
    const again = await scene({}, s.folder);
    expect(again.daemon.shares()).toMatchObject([{ name: 'mine', path: s.path, state: 'waiting', description: 'd' }]);
    await again.daemon.withdraw(resourceName('mine'));
    await again.daemon[Symbol.asyncDispose]();
    expect((await scene({}, s.folder)).daemon.shares()).toEqual([]);
  });

  it.each([
    '{',
    '{"version":2,"shares":[]}',
    '{"version":1,"shares":[{"name":"../x","path":"/a","description":"","to":[],"sharedAt":1}]}',
  ])('begins anew where the list is %s, which is put aside', async (text) => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'home'));
    await writeFile(join(folder, 'home', 'shares.json'), text);
    const s = await scene({}, folder);
    expect(s.daemon.shares()).toEqual([]);
    expect(await readFile(join(folder, 'home', 'shares.json.broken'), 'utf8')).toBe(text);
    expect(s.daemon.log.entries({ level: 'warn', most: 9 })).toHaveLength(1);
  });

  it('is refused for what is not there, is no file, has a bad name, or another path has the name', async () => {
    const s = await withFile();
    await mkdir(join(s.folder, 'other'));
    await writeFile(join(s.folder, 'other', 'a.txt'), 'x');
    execFileSync('mkfifo', [join(s.folder, 'pipe')]);
    await writeFile(join(s.folder, 'a:b'), 'x');
    await s.daemon.share(s.path, {});
    await s.daemon.share(s.path, { description: 'again' });
    const refused = async (path: string): Promise<string> =>
      await s.daemon.share(path, {}).then(
        () => 'shared',
        (error: RollcallError) => error.code,
      );
    expect(await refused(join(s.folder, 'none'))).toBe('not-found');
    expect(await refused('a.txt')).toBe('usage');
    expect(await refused(join(s.folder, 'pipe'))).toBe('usage');
    expect(await refused(join(s.folder, 'a:b'))).toBe('usage');
    expect(await refused(join(s.folder, 'other', 'a.txt'))).toBe('exists');
    await expect(s.daemon.share(s.path, { description: 'x'.repeat(2000) })).rejects.toMatchObject({ code: 'usage' });
    expect(s.daemon.shares()).toMatchObject([{ name: 'a.txt', path: s.path, description: 'again' }]);
  });

  it('is kept as failed where it cannot be shared, and tried again at the next tracker', async () => {
    const s = await withFile();
    await s.daemon.share(s.path, {});
    s.joining.share = () => Promise.reject(new RollcallError('not-found', 'it is gone'));
    await s.daemon.connect(to);
    await eventually(() => s.daemon.shares()[0]?.state === 'failed');
    expect(s.daemon.shares()).toMatchObject([{ error: { code: 'not-found', message: 'it is gone' }, hashing: null }]);
    s.joining.share = async () => announcement('a.txt');
    await s.daemon.connect(to);
    await eventually(() => s.daemon.shares()[0]?.state === 'shared');
    expect(s.daemon.shares()[0]?.error).toBeNull();
  });

  it('follows its file: fails when that is gone, and is shared again as what comes', async () => {
    const s = await withFile();
    await s.daemon.connect(to);
    await s.daemon.share(s.path, {});
    await eventually(() => s.daemon.shares()[0]?.state === 'shared');
    const name = resourceName('a.txt');
    s.newest().tell({ event: 'withdrawn', name, why: 'its file is gone' });
    expect(s.daemon.shares()).toMatchObject([{ state: 'failed', error: { message: 'its file is gone' } }]);
    s.newest().tell({ event: 'announced', resource: announcement('a.txt', { id: id('c'), size: 9 }) });
    expect(s.daemon.shares()).toMatchObject([{ state: 'shared', id: id('c'), size: 9, error: null }]);
  });

  it('is withdrawn while it is hashed, and what comes of that counts no more', async () => {
    const s = await withFile();
    let stopped: unknown;
    s.joining.share = (_path, { signal }) =>
      new Promise((_, reject) =>
        signal?.addEventListener('abort', () => {
          stopped = signal.reason;
          reject(signal.reason);
        }),
      );
    await s.daemon.connect(to);
    await s.daemon.share(s.path, {});
    await settle();
    await s.daemon.withdraw(resourceName('a.txt'));
    await settle();
    expect([s.daemon.shares(), stopped instanceof RollcallError]).toEqual([[], true]);
    expect(s.newest().calls).toContain('withdraw a.txt');
    expect(s.events.at(-1)?.event === 'withdrawn' || s.events.some(({ event }) => event === 'withdrawn')).toBe(true);
    await expect(s.daemon.withdraw(resourceName('a.txt'))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('from the start is for that run alone: files as themselves, of folders each entry', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'many'));
    await writeFile(join(folder, 'one'), 'x');
    const s = await scene({ share: [join(folder, 'many'), join(folder, 'one')] }, folder);
    expect(s.daemon.shares().map(({ name }) => name)).toEqual(['one']);
    s.joining.entries = [announcement('e1'), announcement('e2')];
    await s.daemon.connect(to);
    await eventually(() => s.daemon.shares().length === 3);
    expect(s.daemon.shares()).toMatchObject([
      { name: 'one' },
      { name: 'e1', path: join(folder, 'many', 'e1') },
      { name: 'e2' },
    ]);

    await s.daemon.withdraw(resourceName('e1'));
    s.newest().tell({ event: 'withdrawn', name: resourceName('e2'), why: 'its file is gone' });
    expect(s.daemon.shares().map(({ name }) => name)).toEqual(['one']);
    // What the user withdrew stays so at the next tracker; what came back is there again.
    await s.daemon.connect(to);
    await eventually(() => s.daemon.shares().length === 2);
    expect(s.daemon.shares().map(({ name }) => name)).toEqual(['one', 'e2']);
    s.joining.entries = [];
    await s.daemon.connect(to);
    await eventually(() => s.daemon.shares().length === 1);
    await expect(readFile(join(folder, 'home', 'shares.json'))).rejects.toThrow('ENOENT');
    await expect(scene({ share: [join(folder, 'none')] }, folder)).rejects.toMatchObject({ code: 'not-found' });
  });
});
