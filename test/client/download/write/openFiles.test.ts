import { describe, expect, test } from 'vitest';
import type { DiskFile } from '../../../../src/client/download/disk/disk.ts';
import { nodeDisk } from '../../../../src/client/download/disk/nodeDisk.ts';
import { idleFiles } from '../../../../src/client/download/write/limits.ts';
import { OpenFiles } from '../../../../src/client/download/write/openFiles.ts';
import { settle } from '../../../support/fakeClock.ts';

/** Files that only know whether they are open. */
function stage(): { files: OpenFiles; opened: number[]; open: Set<number> } {
  const opened: number[] = [];
  const open = new Set<number>();
  const files = new OpenFiles(async (number) => {
    opened.push(number);
    open.add(number);
    const refuse = (): Promise<never> => Promise.reject(new Error('not asked for'));
    const file: DiskFile = {
      fd: number,
      entry: refuse,
      read: refuse,
      write: refuse,
      truncate: refuse,
      chmod: refuse,
      datasync: async () => {},
      sync: refuse,
      close: async () => void open.delete(number),
    };
    return file;
  });
  return { files, opened, open };
}

describe('open files', () => {
  test('are opened once for all who need them at the same time', async () => {
    const { files, opened } = stage();
    const [one, two] = await Promise.all([files.acquire(7), files.acquire(7)]);
    expect(opened).toEqual([7]);
    expect(one?.file).toBe(two?.file);
  });

  test('stay open for a while where nobody needs them, and no more than so many', async () => {
    const { files, open } = stage();
    for (let number = 0; number < idleFiles + 5; number++) (await files.acquire(number)).release();
    await settle();
    expect([...open]).toEqual(Array.from({ length: idleFiles }, (_, at) => at + 5));
  });

  test('that somebody needs are never closed for others', async () => {
    const { files, open } = stage();
    const needed = await files.acquire(0);
    for (let number = 1; number < 3 * idleFiles; number++) (await files.acquire(number)).release();
    await settle();
    expect(open.has(0)).toBe(true);
    needed.release();
  });

  test('are all closed while something has to be still, and who asks meanwhile waits', async () => {
    const { files, open } = stage();
    const needed = await files.acquire(1);
    (await files.acquire(2)).release();
    const events: string[] = [];
    const still = files.still(async () => {
      events.push(`still, ${open.size} open`);
    });
    const asking = files.acquire(1).then((file) => {
      events.push('acquired');
      file.release();
    });
    await settle();
    expect(events).toEqual([]);
    needed.release();
    await Promise.all([still, asking]);
    expect(events).toEqual(['still, 0 open', 'acquired']);
  });

  test('that cannot be opened are tried again by the next who needs them', async () => {
    let tries = 0;
    const files = new OpenFiles(async () => {
      if (++tries === 1) throw new Error('EMFILE');
      return await nodeDisk.open(process.execPath, 'read');
    });
    await expect(files.acquire(0)).rejects.toThrow('EMFILE');
    (await files.acquire(0)).release();
    await files.close();
    expect(tries).toBe(2);
  });

  test('once closed are opened no more', async () => {
    const { files, open } = stage();
    (await files.acquire(0)).release();
    await files.close();
    expect(open.size).toBe(0);
    await expect(files.acquire(0)).rejects.toMatchObject({ code: 'interrupted' });
  });
});
