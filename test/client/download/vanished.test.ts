import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MiB } from '../../../src/base/sizes.ts';
import type { Claimant } from '../../../src/client/download/disk/claimant.ts';
import { nodeDisk } from '../../../src/client/download/disk/nodeDisk.ts';
import type { Writer } from '../../../src/client/download/ports.ts';
import { inlineHasher } from '../../../src/client/hashing/hasher.ts';
import { settle } from '../../support/fakeClock.ts';
import { contentOf, type Scene, scene } from './scene.ts';
import { expectWhole, treeOf } from './trees.ts';

const content = contentOf(3 * MiB + 17);
const tree = treeOf({ 'a.txt': 10, 'sub/b.txt': 20, 'z.bin': 2 * MiB });

const part = async (s: Scene, end: string): Promise<string> =>
  join(s.folder, (await s.names()).find((name) => name.endsWith(end)) ?? '');

/** A run that takes every other for dead. */
const alone = (pid: number): Claimant => ({ run: { pid, nonce: '00000000' }, lives: () => false });

test('a run that was stopped, while another brought its temporary to the end, says so and to run it again', async () => {
  await using s = await scene();
  const bob = await s.peer('Bob', [content]);
  const request = s.request(content, [bob]);
  let goOn = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let reached = false;
  const writer: Writer = {
    ...inlineHasher,
    async writeVerified(...args) {
      reached = true;
      await stopped;
      return await inlineHasher.writeVerified(...args);
    },
  };
  const first = s.download(request, { writer, claimant: alone(1) }).catch((error: unknown) => error);
  while (!reached) await settle();
  const temporary = await part(s, '.part');
  await s.download(request, { claimant: alone(2) });
  goOn();
  expect(await first).toMatchObject({
    code: 'unfinished',
    message: expect.stringMatching(`the temporary '${temporary}' vanished .* Fetch it again`),
  });
  expect((await s.saved()).equals(content.bytes)).toBe(true);
  expect(await s.names()).toEqual(['saved.bin']);
});

describe('a folder on its way', () => {
  const cases: [what: string, gone: string, said: string][] = [
    ['taken away', '', 'the temporary'],
    ['robbed of a folder', 'sub', 'something in the temporary'],
  ];

  test.each(cases)('that is %s ends unfinished, and the same request brings all of it', async (_, gone, said) => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    const request = s.request(tree.stated, [bob], { kind: 'folder', target: join(s.folder, 'saved') });
    const writer: Writer = {
      ...inlineHasher,
      async writeFiles(files, bytes) {
        await rm(join(files.root, gone), { recursive: true, force: true });
        return await inlineHasher.writeFiles(files, bytes);
      },
    };
    const failed = s.download(request, { writer });
    await expect(failed).rejects.toMatchObject({
      code: 'unfinished',
      message: expect.stringMatching(`^${said} '.*\\.parts' vanished .* Fetch it again$`),
    });
    await s.download(request);
    await expectWhole(s, tree);
    expect(await s.names()).toEqual(['saved']);
  });
});

test('something else that is missing is told as it is', async () => {
  await using s = await scene();
  const bob = await s.peer('Bob', [content]);
  const missing = Object.assign(new Error('ENOENT: elsewhere'), { code: 'ENOENT' });
  const disk = { ...nodeDisk, link: () => Promise.reject(missing) };
  await expect(s.download(s.request(content, [bob]), { disk })).rejects.toBe(missing);
});
