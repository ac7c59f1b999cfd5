import { appendFile, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { resourceName } from '../../../src/base/names.ts';
import { watchDisk } from '../../../src/client/sharing/watcher.ts';
import { eventually, temporaryFolder, testSharing } from './support.ts';

let folder: string;
let touched: string[];

beforeEach(async () => {
  folder = await temporaryFolder();
  touched = [];
});

/** Watches, and waits until the system does. */
async function watching(path: string): Promise<void> {
  const ignores = (at: string): boolean => basename(at).startsWith('.');
  const watch = watchDisk(path, { ignores, touched: (at) => touched.push(at), clock: systemClock, log: silentLog });
  onTestFinished(() => watch[Symbol.asyncDispose]());
  await eventually(() => touched.includes(path));
  touched.length = 0;
}

const sees = (path: string): Promise<void> => eventually(() => touched.includes(path));

describe('the watch on a real disk', () => {
  it('sees what is added, changed and removed in a folder, all the way down', async () => {
    const [a, inner] = [join(folder, 'a'), join(folder, 'inner')];
    await mkdir(inner);
    await writeFile(a, 'abc');
    await watching(folder);
    await writeFile(join(inner, 'b'), 'b');
    await sees(join(inner, 'b'));
    await appendFile(a, 'more');
    await sees(a);
    touched.length = 0;
    await rm(a);
    await sees(a);
  });

  it('sees nothing of what is ignored, and nothing of what was there before', async () => {
    await writeFile(join(folder, 'a'), 'abc');
    await watching(folder);
    await writeFile(join(folder, '.hidden'), '');
    await writeFile(join(folder, 'b'), '');
    await sees(join(folder, 'b'));
    expect(touched).not.toContain(join(folder, '.hidden'));
    expect(touched).not.toContain(join(folder, 'a'));
  });

  it('does not look behind links', async () => {
    const outside = await temporaryFolder();
    await symlink(outside, join(folder, 'link'));
    await watching(folder);
    await writeFile(join(outside, 'a'), '');
    await writeFile(join(folder, 'b'), '');
    await sees(join(folder, 'b'));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(touched.filter((at) => at.includes('link'))).toEqual([]);
  });

  it('sees a single file change, be replaced, go and come back', async () => {
    const file = join(folder, 'a');
    await writeFile(file, 'abc');
    await watching(file);
    const steps = [
      () => appendFile(file, 'more'),
      () => writeFile(`${file}.new`, 'new').then(() => rename(`${file}.new`, file)),
      () => rm(file),
      () => writeFile(file, 'back'),
    ];
    for (const step of steps) {
      touched.length = 0;
      await step();
      await sees(file);
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  });
});

it('a folder on a real disk is kept up with', async () => {
  const test = await testSharing({ watch: watchDisk, clock: systemClock });
  const name = resourceName('a');
  await test.sharing.shareEntries(folder, {});
  await writeFile(join(folder, 'a'), 'abc');
  await eventually(() => test.roll.get(name)?.size === 3);
  await appendFile(join(folder, 'a'), 'def');
  await eventually(() => test.roll.get(name)?.size === 6);
  await rm(join(folder, 'a'));
  await eventually(() => test.roll.size === 0);
  expect(test.events.map(({ event }) => event)).toEqual(['announced', 'announced', 'withdrawn']);
});
