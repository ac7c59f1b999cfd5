import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdtemp, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { freshToken, keptToken, tokenCheck } from '../../src/web/tokens.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-token-'));
});

describe('a token', () => {
  it('is 32 bytes that are others each time', () => {
    expect(Buffer.from(freshToken(), 'base64url')).toHaveLength(32);
    expect(freshToken()).not.toBe(freshToken());
  });

  it('is known from all that is nearly it', () => {
    const token = freshToken();
    const isToken = tokenCheck(token);
    expect(isToken(token)).toBe(true);
    for (const other of ['', token.slice(1), `${token}x`, token.toUpperCase(), freshToken()])
      expect(isToken(other)).toBe(false);
  });
});

describe('a kept token', () => {
  it('is made for its owner only, folder and all, and is the same ever after', async () => {
    const path = join(folder, 'home', 'web_token');
    const token = await keptToken(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'home'))).mode & 0o777).toBe(0o700);
    expect(await keptToken(path)).toBe(token);
    expect(await readFile(path, 'utf8')).toBe(`${token}\n`);
  });

  it.each([0o640, 0o604, 0o622])('is refused where others may touch it (%o), with the remedy', async (mode) => {
    const path = join(folder, 'web_token');
    await keptToken(path);
    await chmod(path, mode);
    await expect(keptToken(path)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('chmod 600'),
    });
  });

  it.each(['', 'short', 'with a space in the middle of it', `line one of many words\nline two`])(
    'is none in a file of "%s"',
    async (text) => {
      const path = join(folder, 'web_token');
      await writeFile(path, text, { mode: 0o600 });
      await expect(keptToken(path)).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining('remove the file'),
      });
    },
  );

  it('is not read through a link', async () => {
    await writeFile(join(folder, 'elsewhere'), freshToken(), { mode: 0o600 });
    await symlink(join(folder, 'elsewhere'), join(folder, 'web_token'));
    await expect(keptToken(join(folder, 'web_token'))).rejects.toMatchObject({ code: 'usage' });
  });

  it.runIf(process.platform !== 'win32')('is not waited for at a pipe', async () => {
    execFileSync('mkfifo', ['-m', '600', join(folder, 'web_token')]);
    await expect(keptToken(join(folder, 'web_token'))).rejects.toMatchObject({ code: 'usage' });
  });

  it.runIf(process.getuid?.() === 0)("is not taken from another user's file, who can read it", async () => {
    await writeFile(join(folder, 'web_token'), freshToken(), { mode: 0o600 });
    await chown(join(folder, 'web_token'), 12345, 12345);
    await expect(keptToken(join(folder, 'web_token'))).rejects.toMatchObject({ code: 'refused' });
  });

  it('says so where it cannot be kept', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(keptToken(join(folder, 'file', 'web_token'))).rejects.toMatchObject({ code: 'usage' });
  });
});
