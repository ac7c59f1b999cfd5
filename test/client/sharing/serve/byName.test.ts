import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resourceName, userName } from '../../../../src/base/names.ts';
import { openRateLimit } from '../../../../src/base/rateLimit.ts';
import { MiB } from '../../../../src/base/sizes.ts';
import type { SharingOptions } from '../../../../src/client/sharing/openSharing.ts';
import type { ByName } from '../../../../src/client/sharing/serve/byName.ts';
import { FakeClock, settle } from '../../../support/fakeClock.ts';
import { eventually, type TestSharing, testSharing } from '../support.ts';

const never = new AbortController().signal;

/** Alice's sharing, with the door that those without tickets come by. */
async function open(options: Partial<SharingOptions> = {}): Promise<TestSharing & { files: ByName }> {
  let files: ByName | undefined;
  const plain: SharingOptions['plain'] = (given) => {
    files = given;
    return () => {};
  };
  const test = await testSharing({ plain, ...options });
  if (files === undefined) throw new Error('no door');
  return { ...test, files };
}

async function read(file: Awaited<ReturnType<ByName['open']>>): Promise<string> {
  if (typeof file === 'string') return file;
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.bytes) chunks.push(new Uint8Array(chunk));
  const all = Buffer.concat(chunks);
  expect(all.length).toBe(file.size);
  return all.toString();
}

describe('what anybody may have by its name', () => {
  it('is a file that is announced to everybody, with its true bytes', async () => {
    const { files, sharing, folder } = await open();
    await writeFile(join(folder, 'a.txt'), 'hello there');
    await sharing.share(join(folder, 'a.txt'), { as: resourceName('b.txt') });
    expect(await read(await files.open('b.txt', 'bob', never))).toBe('hello there');
    expect(await files.open('a.txt', 'bob', never)).toBe('not-found');
  });

  it('may be empty', async () => {
    const { files, sharing, folder } = await open();
    await writeFile(join(folder, 'none'), '');
    await sharing.share(join(folder, 'none'), {});
    expect(await read(await files.open('none', 'bob', never))).toBe('');
  });

  it('is nothing that was announced to some, no folder, no path, and nothing that was withdrawn', async () => {
    const { files, sharing, folder } = await open();
    await mkdir(join(folder, 'folder'));
    for (const name of ['secret', 'folder/inside', 'gone', 'unshared']) await writeFile(join(folder, name), name);
    await sharing.share(join(folder, 'secret'), { to: [userName('Carol')] });
    await sharing.share(join(folder, 'folder'), {});
    await sharing.share(join(folder, 'gone'), {});
    await sharing.withdraw(resourceName('gone'));
    const names = ['secret', 'folder', 'inside', 'folder/inside', 'gone', 'unshared', '..', '../secret', 'a/../gone'];
    for (const name of [...names, join(folder, 'unshared'), '/etc/hostname', '', '\0', 'C:\\x', 'x'.repeat(2000)]) {
      expect([name, await files.open(name, 'bob', never)]).toEqual([name, 'not-found']);
    }
  });

  it('fails where the file changed before its first byte', async () => {
    const { files, sharing, folder } = await open();
    await writeFile(join(folder, 'a.txt'), 'hello there');
    await sharing.share(join(folder, 'a.txt'), {});
    await writeFile(join(folder, 'a.txt'), 'something else');
    expect(await files.open('a.txt', 'bob', never)).toBe('failure');
    await eventually(async () => (await read(await files.open('a.txt', 'bob', never))) === 'something else');
  });

  it('fails in the middle where it changes there', async () => {
    const { files, sharing, folder } = await open();
    await writeFile(join(folder, 'a.txt'), Buffer.alloc(8 * MiB, 1));
    await sharing.share(join(folder, 'a.txt'), {});
    const file = await files.open('a.txt', 'bob', never);
    await writeFile(join(folder, 'a.txt'), Buffer.alloc(8 * MiB, 2));
    await expect(read(file)).rejects.toMatchObject({ code: 'changed' });
  });

  it('keeps to the upload limit', async () => {
    const clock = new FakeClock();
    const { files, sharing, folder } = await open({ clock, limitUp: openRateLimit(MiB, clock) });
    await writeFile(join(folder, 'a.txt'), Buffer.alloc(2 * MiB, 'x'));
    await sharing.share(join(folder, 'a.txt'), {});
    let done = false;
    void files
      .open('a.txt', 'bob', never)
      .then(read)
      .then(() => {
        done = true;
      });
    await settle();
    for (let waited = 0; waited < 1500; waited += 100) {
      await clock.wind(100);
      await new Promise((next) => setTimeout(next, 2));
    }
    expect(done).toBe(false);
    await eventually(async () => {
      await clock.wind(100);
      return done;
    });
  });

  it('waits for its turn, where all slots are taken, and gets it when another leaves', async () => {
    const { files, sharing, folder, clock } = await open({ uploadSlots: 1 });
    await writeFile(join(folder, 'a.txt'), Buffer.alloc(8 * MiB, 'x'));
    await sharing.share(join(folder, 'a.txt'), {});
    const gone = new AbortController();
    const first = await files.open('a.txt', 'bob', gone.signal);
    expect(first).toHaveProperty('size');
    let second: unknown;
    void files.open('a.txt', 'carol', never).then((file) => {
      second = file;
    });
    await clock.wind(20_000);
    expect(second).toBeUndefined();
    gone.abort(new Error('left'));
    await eventually(async () => {
      await clock.wind(500);
      return second !== undefined;
    });
    expect(second).toHaveProperty('size', 8 * MiB);
  });

  it('is a failure where no turn comes in five minutes', async () => {
    const { files, sharing, folder, clock } = await open({ uploadSlots: 1 });
    await writeFile(join(folder, 'a.txt'), Buffer.alloc(8 * MiB, 'x'));
    await sharing.share(join(folder, 'a.txt'), {});
    await files.open('a.txt', 'bob', never);
    let second: unknown;
    void files.open('a.txt', 'carol', never).then((file) => {
      second = file;
    });
    await clock.wind(300_000);
    expect(second).toBeUndefined();
    await clock.wind(10_000);
    expect(second).toBe('failure');
  });

  it('leaves the line with its caller', async () => {
    const { files, sharing, folder, clock } = await open({ uploadSlots: 1 });
    await writeFile(join(folder, 'a.txt'), Buffer.alloc(8 * MiB, 'x'));
    await sharing.share(join(folder, 'a.txt'), {});
    await files.open('a.txt', 'bob', never);
    const gone = new AbortController();
    const waiting = files.open('a.txt', 'carol', gone.signal).catch((error: unknown) => error);
    await clock.wind(6000);
    gone.abort(new Error('left'));
    expect(await waiting).toMatchObject({ message: 'left' });
  });
});
