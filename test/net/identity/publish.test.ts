import type { link } from 'node:fs/promises';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publish } from '../../../src/net/identity/publish.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-publish-'));
});
afterEach(() => rm(folder, { recursive: true }));

const withoutLinks: typeof link = async () => {
  throw Object.assign(new Error('no links here'), { code: 'EPERM' });
};

describe.each([
  ['links', undefined],
  ['copies', withoutLinks],
])('publishing by %s', (_, linkFile) => {
  it('brings a file into being and leaves no draft', async () => {
    expect(await publish(join(folder, 'a'), 'text', linkFile)).toBe(true);
    expect(await readdir(folder)).toEqual(['a']);
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('text');
  });

  it('never writes over a file that is there', async () => {
    await publish(join(folder, 'a'), 'first', linkFile);
    expect(await publish(join(folder, 'a'), 'second', linkFile)).toBe(false);
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('first');
    expect(await readdir(folder)).toEqual(['a']);
  });
});

it('publishing tells other errors', async () => {
  await expect(publish(join(folder, 'none', 'a'), 'text')).rejects.toMatchObject({ code: 'ENOENT' });
});
