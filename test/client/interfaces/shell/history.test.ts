import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHistory } from '../../../../src/client/interfaces/shell/history.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'rollcall-history-'));
});
afterEach(() => rm(home, { recursive: true }));

const file = (): string => join(home, 'shell_history');

describe('the history of the shell', () => {
  it('brings the newest line first, and is read in the order in which it was typed', async () => {
    const history = openHistory(home);
    await history.save(['LIST_USERS', 'CONNECT Carol']);
    expect(await readFile(file(), 'utf8')).toBe('CONNECT Carol\nLIST_USERS\n');
    expect(await history.load()).toEqual(['LIST_USERS', 'CONNECT Carol']);
  });

  it.skipIf(process.platform === 'win32')('is for its owner alone', async () => {
    await openHistory(home).save(['list']);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it('keeps the last thousand lines, and none that is empty, very long or could move the cursor', async () => {
    const history = openHistory(home);
    await history.save([
      '',
      ' ',
      'x'.repeat(2001),
      '\u001b[2J',
      ...Array.from({ length: 1001 }, (_, at) => `line ${at}`),
    ]);
    const kept = await history.load();
    expect(kept).toHaveLength(1000);
    expect(kept[0]).toBe('line 0');
    await writeFile(file(), 'good\n\u001b[2J\n');
    expect(await history.load()).toEqual(['good']);
  });

  it('begins empty where there is none, and is no trouble where it cannot be kept', async () => {
    const nowhere = openHistory(join(home, 'gone'));
    expect(await nowhere.load()).toEqual([]);
    await expect(nowhere.save(['list'])).resolves.toBeUndefined();
  });
});
