import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import {
  chown,
  link,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentId } from '../../../../src/base/ids.ts';
import { silentLog } from '../../../../src/base/log.ts';
import { MiB } from '../../../../src/base/sizes.ts';
import { type Claimant, thisProcess } from '../../../../src/client/download/disk/claimant.ts';
import type { Disk, DiskFile } from '../../../../src/client/download/disk/disk.ts';
import { nodeDisk } from '../../../../src/client/download/disk/nodeDisk.ts';
import { sweep } from '../../../../src/client/download/disk/sweep.ts';
import { claimTemporary, makeTemporary, type Shelf } from '../../../../src/client/download/disk/temporary.ts';
import type { JournalHeader } from '../../../../src/client/download/journal/lines.ts';
import { FakeClock } from '../../../support/fakeClock.ts';

const header: JournalHeader = { kind: 'file', id: contentId('ab'.repeat(32)), size: 6 * MiB };
const folderHeader: JournalHeader = { ...header, kind: 'folder' };
let folder = '';
let clock = new FakeClock();
const living = new Set<number>();
/** What a run that died had open. */
const opened: DiskFile[] = [];
const disk: Disk = {
  ...nodeDisk,
  async open(path, how, mode) {
    const file = await nodeDisk.open(path, how, mode);
    opened.push(file);
    return file;
  },
};

const claimant = (pid: number): Claimant => ({
  run: { pid, nonce: '00000000' },
  lives: (run) => living.has(run.pid),
});
const shelf = (pid: number): Shelf => ({ disk, folder, claimant: claimant(pid), clock, log: silentLog });
const names = async (): Promise<string[]> => (await readdir(folder)).sort();
const only = async (pattern: RegExp): Promise<string> => {
  const found = (await names()).filter((name) => pattern.test(name));
  expect(found).toHaveLength(1);
  return join(folder, found[0] ?? '');
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-temporary-'));
  clock = new FakeClock();
  clock.jumpWall(Date.now() - clock.wall());
  living.clear();
});
afterEach(async () => {
  for (const file of opened.splice(0)) await file.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a temporary', () => {
  test('that was released is gone on with, and says what was recorded', async () => {
    const made = await makeTemporary(shelf(1), header);
    await truncate(made.path, header.size);
    await made.journal.record([{ first: 0, count: 3 }]);
    await made.release();
    const claimed = await claimTemporary(shelf(2), header);
    expect(claimed).toMatchObject({ stem: made.stem, runs: [{ first: 0, count: 3 }] });
    await claimed?.discard();
  });

  test('of a run that died is gone on with', async () => {
    const made = await makeTemporary(shelf(1), header);
    expect(await claimTemporary(shelf(2), header)).toMatchObject({ stem: made.stem });
  });

  test('of a run that lives is left alone', async () => {
    living.add(1);
    await makeTemporary(shelf(1), header);
    expect(await claimTemporary(shelf(2), header)).toBeUndefined();
  });

  test('can be claimed by one of two at once', async () => {
    await (await makeTemporary(shelf(1), header)).release();
    for (const pid of [2, 3]) living.add(pid);
    const claims = await Promise.all([claimTemporary(shelf(2), header), claimTemporary(shelf(3), header)]);
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
  });

  test('is held as long as its run touches it, and not twenty seconds longer', async () => {
    living.add(1);
    await makeTemporary(shelf(1), header);
    for (let turn = 0; turn < 20; turn++) await clock.wind(19_000);
    expect(await claimTemporary(shelf(2), header)).toBeUndefined();
    // Another program has got the process id.
    const journal = await only(/\.journal$/);
    const left = (clock.wall() - 20_000) / 1000;
    await utimes(journal, left + 1, left + 1);
    expect(await claimTemporary(shelf(2), header)).toBeUndefined();
    await utimes(journal, left, left);
    expect(await claimTemporary(shelf(2), header)).toBeDefined();
  });

  test('of a torn journal keeps what came whole before, and goes on after it', async () => {
    const made = await makeTemporary(shelf(1), header);
    await truncate(made.path, header.size);
    await made.journal.record([{ first: 0, count: 3 }]);
    await made.release();
    const journal = await only(/\.journal$/);
    const whole = await readFile(journal);
    await writeFile(journal, Buffer.concat([whole, Buffer.from('0123456789abcdef pieces 0 9')]));
    const claimed = await claimTemporary(shelf(2), header);
    expect(claimed?.runs).toEqual([{ first: 0, count: 3 }]);
    await claimed?.journal.record([{ first: 5, count: 1 }]);
    await claimed?.release();
    expect((await claimTemporary(shelf(3), header))?.runs).toHaveLength(2);
  });

  test('is hidden from other users', async () => {
    await makeTemporary(shelf(1), header);
    await makeTemporary(shelf(1), folderHeader);
    for (const name of await names()) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
  });

  test('is discarded without a trace, file or folder', async () => {
    for (const one of [header, folderHeader]) {
      const made = await makeTemporary(shelf(1), one);
      await made.discard();
    }
    expect(await names()).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  test('is never made over a link that somebody planted', async () => {
    await writeFile(join(folder, 'precious'), 'mine');
    await symlink(join(folder, 'precious'), join(folder, 'planted'));
    await expect(nodeDisk.open(join(folder, 'planted'), 'make', 0o600)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(nodeDisk.open(join(folder, 'planted'), 'update')).rejects.toMatchObject({ code: 'ELOOP' });
  });
});

describe('a temporary is thrown away', () => {
  const thrownAway = async (spoil: (part: string, journal: string) => Promise<void>): Promise<void> => {
    const made = await makeTemporary(shelf(1), header);
    await made.release();
    await spoil(made.path, await only(/\.journal$/));
    expect(await claimTemporary(shelf(2), header)).toBeUndefined();
    expect(await names()).toEqual([]);
  };

  test('where it is longer than the content', () => thrownAway((part) => writeFile(part, Buffer.alloc(6 * MiB + 1))));

  test('where it is shorter than its journal says', async () => {
    const made = await makeTemporary(shelf(1), header);
    await made.journal.record([{ first: 0, count: 1 }]);
    await made.release();
    await writeFile(made.path, Buffer.alloc(MiB - 1));
    expect(await claimTemporary(shelf(2), header)).toBeUndefined();
    expect(await names()).toEqual([]);
  });

  test('where it is another file than the journal speaks of', () =>
    thrownAway(async (part) => {
      await writeFile(`${part}~`, 'other');
      await rename(`${part}~`, part);
    }));

  test('where a link is in its place', () =>
    thrownAway(async (part) => {
      await rm(part);
      await symlink('/etc/passwd', part);
    }));

  test('where it is gone', () => thrownAway((part) => rm(part)));

  test('where its journal says nothing', () => thrownAway((_, journal) => writeFile(journal, '')));

  test('where its journal is of another size', () =>
    thrownAway(async (_, journal) => {
      const other = await makeTemporary(shelf(1), { ...header, size: 7 });
      await rename(await only(/\.1-00000000\.journal$/), journal);
      await rm(other.path);
    }));

  test.runIf(process.getuid?.() === 0)('where it belongs to somebody else', () =>
    thrownAway((part) => chown(part, 1, 1)),
  );
});

describe('the sweep', () => {
  const weekMs = 7 * 24 * 3_600_000;
  const age = async (ms: number): Promise<void> => {
    const then = (clock.wall() - ms) / 1000;
    for (const name of await names()) await utimes(join(folder, name), then, then);
  };

  test('removes temporaries a week after they were touched, and not a second before', async () => {
    for (const one of [header, folderHeader]) await (await makeTemporary(shelf(1), one)).release();
    await age(weekMs - 1000);
    await sweep(shelf(2));
    expect(await names()).toHaveLength(4);
    await age(weekMs);
    await sweep(shelf(2));
    expect(await names()).toEqual([]);
  });

  test('leaves what no journal of ours speaks of', async () => {
    const foreign = [
      '.rollcall-abababababababab-00000000.part',
      '.rollcall-abababababababab-11111111.journal',
      '.rollcall-abababababababab-11111111.part',
      'report.journal',
    ];
    for (const name of foreign) await writeFile(join(folder, name), 'somebody needs this');
    await age(weekMs * 10);
    await sweep(shelf(2));
    expect(await names()).toEqual(foreign);
  });

  test('leaves what a living run holds', async () => {
    living.add(2);
    await makeTemporary(shelf(2), header);
    await age(weekMs * 10);
    await sweep(shelf(2));
    expect(await names()).toHaveLength(2);
  });

  test('does not follow a journal that is a link', async () => {
    const made = await makeTemporary(shelf(1), header);
    await made.release();
    const journal = await only(/\.journal$/);
    await link(journal, join(folder, 'kept'));
    await rm(journal);
    await symlink(join(folder, 'kept'), journal);
    await age(weekMs * 10);
    await sweep(shelf(2));
    expect(await names()).toHaveLength(3);
  });
});

describe('this process', () => {
  test('lives, and knows its earlier self by the nonce', () => {
    expect(thisProcess.lives(thisProcess.run)).toBe(true);
    expect(thisProcess.lives({ pid: process.pid, nonce: 'ffffffff' })).toBe(false);
  });

  test.runIf(process.platform === 'linux')('takes a zombie for dead', async () => {
    // The shell leaves its child to a process that never looks after it.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 30'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [pid] = await once(parent.stdout, 'data');
      const run = { pid: Number(pid), nonce: '00000000' };
      await expect.poll(() => thisProcess.lives(run)).toBe(false);
      expect(process.kill(run.pid, 0)).toBe(true);
    } finally {
      parent.kill('SIGKILL');
    }
  });

  test('knows the living from the dead', () => {
    expect(thisProcess.lives({ pid: process.ppid, nonce: '00000000' })).toBe(true);
    expect(thisProcess.lives({ pid: 2 ** 22 + 1, nonce: '00000000' })).toBe(false);
  });
});
