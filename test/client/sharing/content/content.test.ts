import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../../../../src/base/log.ts';
import { hashContent } from '../../../../src/base/merkle.ts';
import { inlineHasher } from '../../../../src/client/hashing/hasher.ts';
import { type Content, type ContentReader, readContent } from '../../../../src/client/sharing/content/content.ts';
import { HashCache } from '../../../../src/client/sharing/content/hashCache.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { temporaryFolder } from '../support.ts';

async function reader(): Promise<(path: string) => Promise<Content>> {
  const clock = new FakeClock();
  const cache = new HashCache(join(await temporaryFolder(), 'hashes.db'), clock, silentLog);
  onTestFinished(() => cache[Symbol.dispose]());
  const parts: ContentReader = { hasher: inlineHasher, cache, clock };
  const { signal } = new AbortController();
  return (path) => readContent(parts, path, { signal, onSkipped: () => {} });
}

describe('reading a folder', () => {
  it.runIf(process.platform === 'linux')('never lists what a link leads to, however it is swapped in', async () => {
    const [folder, outside] = [await temporaryFolder(), await temporaryFolder()];
    const [inner, parked, link] = [join(folder, 'inner'), join(outside, 'parked'), join(outside, 'link')];
    await mkdir(inner);
    await mkdir(join(outside, 'secrets'));
    await writeFile(join(inner, 'file'), 'shared');
    await writeFile(join(outside, 'secrets', 'file'), 'secret');
    await symlink(join(outside, 'secrets'), link);
    let swapping = true;
    const swap = async (): Promise<void> => {
      for (let round = 0; swapping; round++) {
        for (let turn = round % 20; turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve));
        await rename(inner, parked);
        await rename(link, inner);
        await rename(inner, link);
        await rename(parked, inner);
      }
    };
    const swaps = swap();
    const read = await reader();
    const seen = new Set<string>();
    for (let round = 0; round < 500; round++) for (const { id } of (await read(folder)).files) seen.add(id);
    swapping = false;
    await swaps;
    expect([...seen]).toEqual([hashContent(Buffer.from('shared')).id]);
  });

  it('opens files as the disk spells their names', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'cafe\u0301'), 'abc');
    const [file] = (await (await reader())(folder)).files;
    expect(file?.id).toBe(hashContent(Buffer.from('abc')).id);
  });

  it('is told of its newest file', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'a'), 'abc');
    const { modified, files } = await (await reader())(folder);
    expect(modified).toBe(Number((files[0]?.identity.mtimeNs ?? 0n) / 1_000_000n));
  });
});
