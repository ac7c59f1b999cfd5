import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { editToml } from '../../../src/client/settings/editToml.ts';
import { loadSettings } from '../../../src/client/settings/loadSettings.ts';
import { saveSettings } from '../../../src/client/settings/saveSettings.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'rollcall-save-'));
});
afterEach(() => rm(home, { recursive: true }));

const file = (): string => join(home, 'config.toml');

describe('settings that are saved', () => {
  it('stand in the file, which is made for its owner alone, and are read from there', async () => {
    await saveSettings(join(home, 'new'), {
      limitUp: 5_000_000,
      downloads: '/tmp/a "b"\\c\u007f',
      maxOwners: 4,
      classic: true,
    });
    const settings = await loadSettings({ home: join(home, 'new') }, {}, '/');
    expect(settings).toMatchObject({
      limitUp: 5_000_000,
      downloads: '/tmp/a "b"\\c\u007f',
      maxOwners: 4,
      classic: true,
    });
    expect((await lstat(join(home, 'new', 'config.toml'))).mode & 0o777).toBe(0o600);
    expect(await readdir(join(home, 'new'))).toEqual(['config.toml']);
  });

  it('leave all other lines and comments as they are', async () => {
    await writeFile(file(), '# mine\r\nuser = "Ann" # me\r\n\r\n  "limit-up"  =  \'5M\'   # at home\r\nmax-owners = 3');
    await saveSettings(home, { limitUp: 2048, maxOwners: null, uploadSlots: 8 });
    expect(await readFile(file(), 'utf8')).toBe(
      '# mine\r\nuser = "Ann" # me\r\n\r\n  "limit-up"  =  2048   # at home\r\nupload-slots = 8\r\n',
    );
  });

  it('go where a link leads that somebody has put there', async () => {
    await writeFile(join(home, 'elsewhere.toml'), 'user = "Ann"\n');
    await symlink('elsewhere.toml', file());
    await saveSettings(home, { maxOwners: 2 });
    expect(await readFile(join(home, 'elsewhere.toml'), 'utf8')).toBe('user = "Ann"\nmax-owners = 2\n');
    expect((await lstat(file())).isSymbolicLink()).toBe(true);
  });

  it('are refused, and change nothing, where only a person can change the file', async () => {
    const text = 'user = """\nmax-owners = 3\n"""\n';
    await writeFile(file(), text);
    await expect(saveSettings(home, { maxOwners: 4 })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/config\.toml is written in a way that only you can change: set max-owners there/),
    });
    expect(await readFile(file(), 'utf8')).toBe(text);
    await writeFile(file(), 'max-owners = [\n');
    await expect(saveSettings(home, { maxOwners: 4 })).rejects.toMatchObject({ code: 'usage' });
  });

  it('write nothing where nothing is to be saved', async () => {
    await saveSettings(home, { maxOwners: undefined });
    expect(await readdir(home)).toEqual([]);
  });

  it('say what is wrong where the file cannot be written', async () => {
    await writeFile(join(home, 'none'), '');
    await expect(saveSettings(join(home, 'none'), { maxOwners: 4 })).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('an edit of TOML', () => {
  it('sets exactly what it is told to, whatever stands around it', () => {
    const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean());
    const table = fc.dictionary(fc.constantFrom('a', 'b-c', 'd_1'), value);
    const edits = fc.dictionary(fc.constantFrom('a', 'b-c', 'new'), fc.option(value));
    const around = fc.constantFrom('', '# said\n', '\n\n', '[table]\na = 1\n', '\n[table]\nnew = "x"\n');
    fc.assert(
      fc.property(table, edits, around, fc.boolean(), (had, change, rest, commented) => {
        const lines = Object.entries(had).map(
          ([key, one]) =>
            `${key} = ${typeof one === 'string' ? JSON.stringify(one).replaceAll('\u007f', '\\u007f') : one}${commented ? ' # why' : ''}\n`,
        );
        const before = lines.join('') + rest;
        const after = editToml(before, new Map(Object.entries(change)));
        const meant = new Map(Object.entries(parse(before)));
        for (const [key, one] of Object.entries(change)) {
          if (one === null) meant.delete(key);
          else meant.set(key, one);
        }
        expect(new Map(Object.entries(parse(after)))).toEqual(meant);
      }),
      { numRuns: 300 },
    );
  });
});
