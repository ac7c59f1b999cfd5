import { chmod, mkdir, mkdtemp, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maxFolderEntries } from '../../../../../src/client/interfaces/web/api/limits.ts';
import { lookInto } from '../../../../../src/client/interfaces/web/api/lookInto.ts';
import { openScene, type Scene } from '../apiScene.ts';

let scene: Scene;
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-look-'));
  scene = await openScene({ home: folder });
});
afterEach(() => scene[Symbol.asyncDispose]());

const look = (path?: string) =>
  scene.call('GET', `/folders${path === undefined ? '' : `?path=${encodeURIComponent(path)}`}`);

describe('choosing what to share', () => {
  it('begins at home, and tells folders first, by name, numbers by their size', async () => {
    for (const name of ['b.txt', 'a10.txt', 'a9.txt', 'É.txt', '.hidden']) await writeFile(join(folder, name), name);
    for (const name of ['zoo', 'Alpha', '.git']) await mkdir(join(folder, name));
    await utimes(join(folder, 'b.txt'), 5, 5);
    const { json } = await look();
    expect(json).toMatchObject({ path: folder, parent: tmpdir(), cut: false });
    expect(json.entries.map(({ name }: { name: string }) => name)).toEqual([
      'Alpha',
      'zoo',
      'a9.txt',
      'a10.txt',
      'b.txt',
      'É.txt',
    ]);
    expect(json.entries[4]).toEqual({
      name: 'b.txt',
      path: join(folder, 'b.txt'),
      kind: 'file',
      size: 5,
      modified: 5000,
    });
    expect(json.entries[0]).toMatchObject({ kind: 'folder', size: null });
  });

  it('offers places to start from', async () => {
    expect((await look()).json.places).toEqual([
      { name: 'Home', path: folder },
      { name: 'Shared', path: '/shared' },
      { name: 'Downloads', path: '/downloads' },
      { name: '/', path: '/' },
    ]);
    expect((await look('/')).json).toMatchObject({ path: '/', parent: null });
  });

  it('takes links for what they lead to, and leaves out those that lead nowhere and what is no file', async () => {
    await mkdir(join(folder, 'real'));
    await symlink('real', join(folder, 'link'));
    await symlink('nothing', join(folder, 'broken'));
    const server = createServer().listen(join(folder, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const { entries } = await lookInto(folder);
    server.close();
    expect(entries.map(({ name, kind }) => [name, kind])).toEqual([
      ['link', 'folder'],
      ['real', 'folder'],
    ]);
  });

  it('tells so many entries, and that there are more', async () => {
    const many = await mkdtemp(join(tmpdir(), 'rollcall-many-'));
    for (let at = 0; at <= maxFolderEntries; at++) await symlink('.', join(many, `f${at}`));
    const { entries, cut } = await lookInto(many);
    expect([entries.length, cut]).toEqual([maxFolderEntries, true]);
  });

  it('says what is wrong with a path, beside its field where it is one of writing', async () => {
    await writeFile(join(folder, 'file'), '');
    expect((await look(join(folder, 'none'))).json).toMatchObject({ status: 404, code: 'not-found' });
    expect((await look(join(folder, 'file'))).json).toMatchObject({ status: 400, code: 'usage' });
    expect((await look('relative')).json).toMatchObject({ code: 'usage', fields: { path: expect.any(String) } });
    expect((await look('/a\0b')).json).toMatchObject({ code: 'usage' });
  });

  it.skipIf(process.getuid?.() === 0)('refuses a folder that it may not read', async () => {
    await mkdir(join(folder, 'closed'));
    await chmod(join(folder, 'closed'), 0);
    expect((await look(join(folder, 'closed'))).json).toMatchObject({ status: 403, code: 'refused' });
  });
});
