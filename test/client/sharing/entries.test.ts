import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { hashContent } from '../../../src/base/merkle.ts';
import { resourceName } from '../../../src/base/names.ts';
import { inlineHasher } from '../../../src/client/hashing/hasher.ts';
import { quietMs } from '../../../src/client/sharing/limits.ts';
import { settle } from '../../support/fakeClock.ts';
import { eventually, type TestSharing, testSharing } from './support.ts';

let test: TestSharing;
const path = (...way: string[]): string => join(test.folder, ...way);
const idOf = (text: string): string => hashContent(Buffer.from(text)).id;
const names = (): string[] => [...test.roll.keys()].sort();

/** Something happened there, and then nothing for a moment. */
async function touch(...paths: string[]): Promise<void> {
  for (const at of paths) test.watch.touch(at);
  await test.clock.wind(quietMs);
}

beforeEach(async () => {
  test = await testSharing();
});

describe('the entries of a folder', () => {
  it('are each announced, files and folders, but for hidden ones and our temporaries', async () => {
    await writeFile(path('a'), 'abc');
    await writeFile(path('.DS_Store'), '');
    await writeFile(path('.rollcall-part'), '');
    await mkdir(path('f'));
    await writeFile(path('f', 'b'), 'defg');
    const told: [number, number][] = [];
    await test.sharing.shareEntries(test.folder, { onProgress: (...progress) => told.push(progress) });
    expect(names()).toEqual(['a', 'f']);
    expect(test.events).toHaveLength(2);
    expect(test.events).toContainEqual({ event: 'announced', resource: test.roll.get(resourceName('f')) });
    expect(told.at(-1)).toEqual([7, 7]);
  });

  it('of nothing, and of a file, cannot be shared', async () => {
    await writeFile(path('a'), '');
    await expect(test.sharing.shareEntries(path('missing'), {})).rejects.toMatchObject({ code: 'not-found' });
    await expect(test.sharing.shareEntries(path('a'), {})).rejects.toMatchObject({ code: 'usage' });
  });

  it.runIf(process.platform !== 'win32')('that cannot be shared are skipped, each with its reason', async () => {
    await writeFile(path('good'), '');
    await writeFile(path('a:b'), '');
    await symlink('good', path('link'));
    execFileSync('mkfifo', [path('fifo')]);
    await test.sharing.shareEntries(test.folder, {});
    expect(names()).toEqual(['good']);
    const skipped = test.events.filter(({ event }) => event === 'skipped');
    expect(skipped).toHaveLength(3);
    for (const [name, why] of [
      ['a:b', /colon/],
      ['link', /symbolic link/],
      ['fifo', /FIFO/],
    ] as const) {
      expect(skipped).toContainEqual({ event: 'skipped', path: path(name), why: expect.stringMatching(why) });
    }
  });

  it('stop being read when the user says so', async () => {
    await writeFile(path('a'), 'abc');
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(test.sharing.shareEntries(test.folder, { signal })).rejects.toThrow('stopped');
    expect(test.watch.paths).toEqual([]);
  });
});

it('a folder cannot be shared after the end', async () => {
  await test.sharing[Symbol.asyncDispose]();
  await expect(test.sharing.shareEntries(test.folder, {})).rejects.toMatchObject({ code: 'interrupted' });
  expect(test.watch.paths).toEqual([]);
});

describe('a shared folder keeps up', () => {
  beforeEach(async () => {
    await writeFile(path('a'), 'abc');
    await test.sharing.shareEntries(test.folder, { description: 'of all' });
    test.events.length = 0;
  });

  it('with what is added', async () => {
    await writeFile(path('b'), 'def');
    await touch(path('b'));
    await eventually(() => names().includes('b'));
    expect(test.roll.get(resourceName('b'))).toMatchObject({ id: idOf('def'), description: 'of all' });
  });

  it('with what grows, once that has ended', async () => {
    for (let round = 0; round < 5; round++) {
      await appendFile(path('b'), 'more');
      test.watch.touch(path('b'));
      await test.clock.wind(quietMs - 1);
    }
    expect(names()).toEqual(['a']);
    await test.clock.wind(1);
    await eventually(() => names().includes('b'));
    expect(test.events).toMatchObject([{ event: 'announced', resource: { size: 20 } }]);
  });

  it('with what changes', async () => {
    await writeFile(path('a'), 'changed');
    await touch(path('a'));
    await eventually(() => test.events.length === 1);
    expect(test.events).toMatchObject([{ event: 'announced', resource: { name: 'a', id: idOf('changed') } }]);
  });

  it('with what is removed', async () => {
    await rm(path('a'));
    await touch(path('a'));
    await eventually(() => test.events.length === 1);
    expect(test.events).toMatchObject([{ event: 'withdrawn', name: 'a' }]);
    expect([names(), test.sharing.list()]).toEqual([[], []]);
  });

  it('with what comes back', async () => {
    await rm(path('a'));
    await touch(path('a'));
    await eventually(() => names().length === 0);
    await writeFile(path('a'), 'back');
    await touch(path('a'));
    await eventually(() => names().length === 1);
    expect(test.roll.get(resourceName('a'))?.id).toBe(idOf('back'));
  });

  it('with what gets another name', async () => {
    await rename(path('a'), path('b'));
    await touch(path('a'), path('b'));
    await eventually(() => names().join() === 'b');
    expect(test.roll.get(resourceName('b'))?.id).toBe(idOf('abc'));
  });

  it('with what changes deep inside', async () => {
    await mkdir(path('f', 'g'), { recursive: true });
    await touch(path('f'));
    await eventually(() => names().includes('f'));
    await writeFile(path('f', 'g', 'x'), 'deep');
    await touch(path('f', 'g', 'x'));
    await eventually(() => test.roll.get(resourceName('f'))?.size === 4);
    expect(test.events.map(({ event }) => event)).toEqual(['announced', 'announced']);
  });

  it('with everything, where it is not known what happened', async () => {
    await writeFile(path('b'), 'def');
    await rm(path('a'));
    await touch(test.folder);
    await eventually(() => names().join() === 'b');
    expect(test.events).toHaveLength(2);
  });

  it('with the end of the folder itself', async () => {
    await rm(test.folder, { recursive: true });
    await touch(test.folder);
    await eventually(() => names().length === 0);
    await eventually(() => test.events.length === 2);
    expect(test.events.map(({ event }) => event).sort()).toEqual(['skipped', 'withdrawn']);
  });

  it('and leaves alone what did not change', async () => {
    await touch(test.folder, path('a'));
    await settle();
    expect(test.events).toEqual([]);
  });

  it('and leaves out what the user withdrew, until it is shared by name', async () => {
    await test.sharing.withdraw(resourceName('a'));
    await appendFile(path('a'), 'more');
    await touch(path('a'));
    for (const name of ['b', 'c']) {
      await writeFile(path(name), name);
      await touch(path(name));
      await eventually(() => names().includes(name));
    }
    expect(names()).toEqual(['b', 'c']);
    await test.sharing.share(path('a'), {});
    expect(names()).toEqual(['a', 'b', 'c']);
  });

  it('and does not take a name from what was shared by name', async () => {
    await mkdir(path('f'));
    await writeFile(path('f', 'b'), 'first');
    const first = await test.sharing.share(path('f', 'b'), {});
    await writeFile(path('b'), 'second');
    await touch(path('b'));
    await eventually(() => test.events.some(({ event }) => event === 'skipped'));
    expect(test.roll.get(resourceName('b'))).toEqual(first);
  });
});

describe('names that are one on the wire', () => {
  it.runIf(process.platform === 'linux')('go to the first; the second has it when the first is gone', async () => {
    await writeFile(path('caf\u00e9'), 'composed');
    await writeFile(path('cafe\u0301'), 'decomposed');
    await test.sharing.shareEntries(test.folder, {});
    const name = resourceName('caf\u00e9');
    expect(test.roll.get(name)?.id).toBe(idOf('decomposed'));
    expect(test.events.map(({ event }) => event).sort()).toEqual(['announced', 'skipped']);
    await rm(path('cafe\u0301'));
    await touch(path('cafe\u0301'));
    await eventually(async () => {
      await test.clock.wind(quietMs);
      return test.roll.get(name)?.id === idOf('composed');
    });
    expect(names()).toEqual([name]);
  });
});

it('an entry that is touched while it is hashed is announced once', async () => {
  let release = (): void => {};
  const slow = await testSharing({
    hasher: {
      async hashPieces(...job) {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        return await inlineHasher.hashPieces(...job);
      },
    },
  });
  await slow.sharing.shareEntries(slow.folder, {});
  const entry = join(slow.folder, 'a');
  await writeFile(entry, 'abc');
  for (let round = 0; round < 5; round++) {
    slow.watch.touch(entry);
    await slow.clock.wind(quietMs);
    await settle();
  }
  await eventually(async () => {
    release();
    await slow.clock.wind(quietMs);
    return slow.events.length > 0;
  });
  await slow.clock.wind(10 * quietMs);
  expect(slow.events).toMatchObject([{ event: 'announced', resource: { name: 'a' } }]);
});

it('an entry that keeps changing is skipped, and announced once it is quiet', async () => {
  let size = 1;
  const restless = await testSharing({
    hasher: {
      async hashPieces(...job) {
        if (size < 5) await truncate(join(restless.folder, 'a'), ++size);
        return await inlineHasher.hashPieces(...job);
      },
    },
  });
  await writeFile(join(restless.folder, 'a'), 'a');
  const sharing = restless.sharing.shareEntries(restless.folder, {});
  await eventually(async () => {
    await restless.clock.wind(100);
    return restless.events.length > 0;
  });
  await sharing;
  expect(restless.events).toMatchObject([{ event: 'skipped', why: expect.stringMatching(/keeps changing/) }]);
  await eventually(async () => {
    await restless.clock.wind(100);
    return restless.roll.size === 1;
  });
  expect(restless.sharing.list()).toMatchObject([{ name: 'a', size: 5 }]);
});
