import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openHome } from '../../src/client/home.ts';

test('a home folder in the place of a file is refused with what to do', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-home-'));
  try {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(openHome(join(file, 'home'))).rejects.toMatchObject({
      code: 'usage',
      message: `the home folder ${join(file, 'home')} cannot be made: '${file}' is there, and is no folder. Choose another with --home`,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a home folder where nobody can make one is refused at once', async (context) => {
  if (process.platform !== 'linux') return context.skip('only Linux has such a place');
  await expect(openHome('/proc/x/y')).rejects.toMatchObject({
    code: 'usage',
    message: /nobody make anything in '\/proc'/,
  });
});
