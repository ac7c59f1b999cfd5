import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { silentLog } from '../../../src/base/log.ts';
import { resourceName } from '../../../src/base/names.ts';
import { GiB, MiB } from '../../../src/base/sizes.ts';
import type { Disk } from '../../../src/client/download/disk/disk.ts';
import { nodeDisk } from '../../../src/client/download/disk/nodeDisk.ts';
import {
  downloadUnverified,
  type Receiver,
  type UnverifiedDownload,
  type UnverifiedRequest,
} from '../../../src/client/download/unverified.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { wrapDisk } from '../../support/wrapDisk.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Scene {
  folder: string;
  target: string;
  clock: FakeClock;
  /** Names in the folder. */
  names(): Promise<string[]>;
  fetch(fetch: UnverifiedRequest['fetch'], more?: Partial<UnverifiedRequest>, disk?: Disk): Promise<UnverifiedDownload>;
}

async function scene(): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-unverified-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const target = join(folder, 'saved.txt');
  const clock = new FakeClock();
  // The disk keeps real times.
  clock.jumpWall(Date.now() - clock.wall());
  return {
    folder,
    target,
    clock,
    names: async () => (await readdir(folder)).sort(),
    fetch(fetch, more = {}, disk = nodeDisk) {
      const signal = new AbortController().signal;
      const request: UnverifiedRequest = {
        name: resourceName('test.txt'),
        owner: 'Carol',
        target,
        ifExists: 'refuse',
        signal,
        fetch,
        ...more,
      };
      return downloadUnverified(request, { clock, log: silentLog, disk });
    },
  };
}

/** An owner who hands over these pieces. */
const giving =
  (size: number | null, ...pieces: string[]): UnverifiedRequest['fetch'] =>
  async (into: Receiver) => {
    await into.begin(size);
    for (const piece of pieces) await into.write(bytes(piece));
  };

const failing = (code: string, message = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

describe('a download that nobody can verify', () => {
  it('is saved under its final name, and nothing else is left', async () => {
    const { fetch, target, names } = await scene();
    expect(await fetch(giving(11, 'hello ', 'there'))).toEqual({
      path: target,
      bytes: 11,
      id: null,
      lengthTold: true,
      from: ['Carol'],
      seconds: 0,
    });
    expect(await readFile(target, 'utf8')).toBe('hello there');
    expect(await names()).toEqual(['saved.txt']);
    expect((await stat(target)).mode & 0o777).toBe(0o666 & ~process.umask());
  });

  it('says where its length was not told', async () => {
    const { fetch } = await scene();
    expect(await fetch(giving(null, 'hello'))).toMatchObject({ bytes: 5, lengthTold: false });
  });

  it('may be empty', async () => {
    const { fetch, target } = await scene();
    expect(await fetch(giving(0))).toMatchObject({ bytes: 0 });
    expect(await readFile(target, 'utf8')).toBe('');
  });

  it('has a hidden name until it has ended as it should', async () => {
    const { fetch, names, target } = await scene();
    let during: string[] = [];
    await fetch(async (into) => {
      await into.begin(null);
      await into.write(bytes('hello'));
      during = await names();
    });
    expect(
      during.map((name) => name.replace(/[0-9a-f]{16}-[0-9a-f]{8}/, 'X').replace(/\d+-[0-9a-f]{8}/, 'RUN')),
    ).toEqual(['.rollcall-X.RUN.journal', '.rollcall-X.part']);
    expect(await readFile(target, 'utf8')).toBe('hello');
  });

  it('leaves nothing where it did not end as it should', async () => {
    const { fetch, names } = await scene();
    const why = new RollcallError('unfinished', 'cut short');
    const cut = async (into: Receiver): Promise<void> => {
      await into.begin(null);
      await into.write(bytes('hal'));
      throw why;
    };
    await expect(fetch(cut)).rejects.toBe(why);
    expect(await names()).toEqual([]);
  });

  it('never resumes: what is left of one is no beginning of another', async () => {
    const { fetch, target, names, folder } = await scene();
    await writeFile(join(folder, '.rollcall-0123456789abcdef-01234567.part'), 'of another');
    await fetch(giving(5, 'hello'));
    expect(await readFile(target, 'utf8')).toBe('hello');
    expect(await names()).toEqual(['.rollcall-0123456789abcdef-01234567.part', 'saved.txt']);
  });

  it('asks nobody where the name is taken, and leaves what is there', async () => {
    const { fetch, target } = await scene();
    await writeFile(target, 'mine');
    const asked = async (): Promise<void> => expect.unreachable('somebody was asked');
    await expect(fetch(asked)).rejects.toEqual(failing('exists'));
    expect(await readFile(target, 'utf8')).toBe('mine');
  });

  it('takes a free name, or replaces what is there, where it is told to', async () => {
    const { fetch, target, folder, names } = await scene();
    await writeFile(target, 'mine');
    const second = join(folder, 'saved (2).txt');
    expect(await fetch(giving(5, 'hello'), { ifExists: 'rename' })).toMatchObject({ path: second });
    expect([await readFile(target, 'utf8'), await readFile(second, 'utf8')]).toEqual(['mine', 'hello']);
    await fetch(giving(5, 'there'), { ifExists: 'overwrite' });
    expect(await readFile(target, 'utf8')).toBe('there');
    expect(await names()).toEqual(['saved (2).txt', 'saved.txt']);
  });

  it('does not replace a folder', async () => {
    const { fetch, target } = await scene();
    await mkdir(target);
    await expect(fetch(giving(5, 'hello'), { ifExists: 'overwrite' })).rejects.toEqual(failing('exists'));
  });

  it('tells how far it is', async () => {
    const { fetch } = await scene();
    const told: unknown[] = [];
    await fetch(giving(5, 'hel', 'lo'), { onProgress: (progress) => told.push(progress) });
    expect(told).toEqual([
      { bytes: 3, size: 5 },
      { bytes: 5, size: 5 },
    ]);
  });

  it('is refused before the first byte where there is no space for the length that was told', async () => {
    const { fetch, names } = await scene();
    const disk = { ...nodeDisk, freeBytes: async () => GiB };
    await expect(fetch(giving(GiB, 'hello'), {}, disk)).rejects.toEqual(failing('no-space'));
    expect(await names()).toEqual([]);
  });

  it('of no known end is stopped while there is space for others', async () => {
    const { fetch, names } = await scene();
    let free = 130 * MiB;
    const disk: Disk = {
      ...nodeDisk,
      freeBytes: async () => free,
      async open(path, how, mode) {
        const file = await nodeDisk.open(path, how, mode);
        return {
          ...file,
          async write(chunk) {
            if (chunk.length === MiB) free -= MiB;
          },
        };
      },
    };
    const endless = async (into: Receiver): Promise<void> => {
      await into.begin(null);
      for (let count = 0; count < 200; count++) await into.write(new Uint8Array(MiB));
    };
    await expect(fetch(endless, {}, disk)).rejects.toEqual(failing('no-space'));
    expect(free).toBe(130 * MiB - 64 * MiB);
    expect(await names()).toEqual([]);
  });

  it('says that nothing is kept where the disk is full', async () => {
    const { fetch, names } = await scene();
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
    const disk = wrapDisk(nodeDisk, async (name, act) => {
      if (name === 'file.write' && (await names()).some((one) => one.endsWith('.part'))) throw full;
      return act();
    });
    // The journal's own first line is written before the file is there.
    await expect(fetch(giving(5, 'hello'), {}, disk)).rejects.toEqual(failing('no-space', 'nothing of it is kept'));
    expect(await names()).toEqual([]);
  });

  it('reports a sync that fails, and publishes nothing', async () => {
    const { fetch, names } = await scene();
    const disk = wrapDisk(nodeDisk, async (name, act) => {
      if (name === 'file.sync') throw Object.assign(new Error('bad'), { code: 'EIO' });
      return act();
    });
    await expect(fetch(giving(5, 'hello'), {}, disk)).rejects.toEqual(failing('fault', 'the disk under'));
    expect(await names()).toEqual([]);
  });

  it('says that it was stopped, and that nothing is kept', async () => {
    const { fetch, names } = await scene();
    const stop = new AbortController();
    const stopped = async (into: Receiver): Promise<void> => {
      await into.begin(null);
      await into.write(bytes('hel'));
      stop.abort(new Error('stop'));
      throw stop.signal.reason;
    };
    await expect(fetch(stopped, { signal: stop.signal })).rejects.toEqual(
      failing('interrupted', 'Nothing of it is kept'),
    );
    expect(await names()).toEqual([]);
  });

  it('has nowhere to go without a folder', async () => {
    const { fetch, folder } = await scene();
    const target = join(folder, 'none', 'x');
    await expect(fetch(giving(0), { target })).rejects.toEqual(failing('usage', 'there is no folder'));
  });

  it('is swept a week after a crash', async () => {
    const { fetch, folder, names, clock } = await scene();
    // A power cut: the disk does nothing any more.
    let dead = false;
    const cut = Object.assign(new Error('dead'), { code: 'EIO' });
    const disk = wrapDisk(nodeDisk, (_, act) => (dead ? Promise.reject(cut) : act()));
    const dying = async (into: Receiver): Promise<void> => {
      await into.begin(null);
      await into.write(bytes('hel'));
      dead = true;
      throw cut;
    };
    await expect(fetch(dying, {}, disk)).rejects.toThrow();
    const left = await names();
    expect(left).toHaveLength(2);
    for (const name of left)
      await utimes(join(folder, name), clock.wall() / 1000 - 700_000, clock.wall() / 1000 - 700_000);
    const other = { run: { pid: 1, nonce: '00000000' }, lives: () => false };
    await downloadUnverified(
      {
        name: resourceName('a'),
        owner: 'Carol',
        target: join(folder, 'a'),
        ifExists: 'refuse',
        signal: new AbortController().signal,
        fetch: giving(0),
      },
      { clock, log: silentLog, claimant: other },
    );
    expect(await names()).toEqual(['a']);
  });
});
