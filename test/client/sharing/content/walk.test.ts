import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Walked, walk } from '../../../../src/client/sharing/content/walk.ts';
import { holdFolder } from '../../../../src/client/sharing/disk/openFile.ts';
import { temporaryFolder } from '../support.ts';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

async function walked(signal: AbortSignal = new AbortController().signal): Promise<Walked> {
  await using held = await holdFolder(folder);
  return await walk(held, signal);
}

const put = async (...way: string[]): Promise<void> => {
  await mkdir(join(folder, ...way.slice(0, -1)), { recursive: true });
  await writeFile(join(folder, ...way), 'abc');
};
const paths = ({ files }: Walked): string[] => files.map(({ path }) => path);
const skips = ({ skipped }: Walked): string[] => skipped.map(({ way }) => way.join('/'));

describe('a walk', () => {
  it('finds every file, hidden ones too, and every folder that nothing is in', async () => {
    await put('a.txt');
    await put('b', 'c', 'd.txt');
    await put('b', '.hidden');
    await mkdir(join(folder, 'empty', 'emptier'), { recursive: true });
    const found = await walked();
    expect(paths(found)).toEqual(['a.txt', 'b/.hidden', 'b/c/d.txt']);
    expect(found).toMatchObject({ emptyFolders: ['empty/emptier'], skipped: [], bytes: 9 });
  });

  it('leaves out what we are in the middle of writing', async () => {
    await put('.rollcall-part');
    await put('inner', '.rollcall-part');
    const found = await walked();
    expect([paths(found), found.emptyFolders, found.skipped]).toEqual([[], ['inner'], []]);
  });

  it('follows no link: neither to a file, nor to a folder, nor in a circle', async () => {
    await put('inner', 'a.txt');
    await symlink('inner/a.txt', join(folder, 'to-file'));
    await symlink('inner', join(folder, 'to-folder'));
    await symlink('..', join(folder, 'inner', 'circle'));
    const found = await walked();
    expect(paths(found)).toEqual(['inner/a.txt']);
    expect(skips(found)).toEqual(['inner/circle', 'to-file', 'to-folder']);
    expect(found.skipped[0]?.why).toMatch(/symbolic link/);
  });

  it.runIf(process.platform !== 'win32')('skips a FIFO, and does not wait for it', async () => {
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    expect((await walked()).skipped).toEqual([{ way: ['fifo'], why: expect.stringMatching(/a FIFO/) }]);
  });

  it
    .runIf(process.platform === 'linux')
    .each(['a:b', 'CON', 'aux.txt', 'dot.', 'space ', 'new\nline', 'back\\slash', '\u202Etxt.exe'])(
    'skips the hostile name %j, with what is below it',
    async (name) => {
      await put(name, 'a.txt');
      await put('good.txt');
      const found = await walked();
      expect([paths(found), skips(found)]).toEqual([['good.txt'], [name]]);
    },
  );

  it.runIf(process.platform === 'linux')('skips a name that is not UTF-8', async () => {
    await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x66, 0xff])]), 'x');
    expect((await walked()).skipped).toEqual([{ way: ['f\uFFFD'], why: expect.stringMatching(/UTF-8/) }]);
  });

  it.runIf(process.platform === 'linux')('skips all but one of the names that collide somewhere', async () => {
    await put('Readme');
    await put('README');
    await put('caf\u00e9', 'a.txt');
    await put('cafe\u0301', 'b.txt');
    const found = await walked();
    expect(paths(found)).toEqual(['README', 'caf\u00e9/b.txt']);
    expect(skips(found)).toEqual(['Readme', 'caf\u00e9']);
  });

  it.runIf(process.platform === 'linux')(
    'tells names in normal form C, and opens them as the disk spells them',
    async () => {
      await put('cafe\u0301');
      expect((await walked()).files).toMatchObject([{ path: 'caf\u00e9', way: ['cafe\u0301'] }]);
    },
  );

  it('skips what is deeper than a listing may be', async () => {
    await put(...Array.from({ length: 64 }, () => 'd'), 'deep.txt');
    const found = await walked();
    expect([found.files, found.skipped.length]).toEqual([[], 1]);
    expect(found.skipped[0]?.why).toMatch(/deeper than 64/);
  });

  it('stops when it is told to', async () => {
    await put('a.txt');
    await expect(walked(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});
