import { appendFile, chmod, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type FileIdentity,
  identityOf,
  sameIdentity,
  settlesInMs,
} from '../../../../src/client/sharing/disk/fileIdentity.ts';
import { temporaryFolder } from '../support.ts';

const identity: FileIdentity = { device: 1n, inode: 2n, size: 3, mtimeNs: 4_000_001n, ctimeNs: 5_000_001n };
const at = (mtimeNs: bigint, ctimeNs: bigint): FileIdentity => ({ ...identity, mtimeNs, ctimeNs });

describe('an identity', () => {
  it('is the same only where all of it is', () => {
    expect(sameIdentity(identity, { ...identity })).toBe(true);
    for (const key of ['device', 'inode', 'mtimeNs', 'ctimeNs'] as const) {
      expect(sameIdentity(identity, { ...identity, [key]: 9n })).toBe(false);
    }
    expect(sameIdentity(identity, { ...identity, size: 9 })).toBe(false);
  });

  it('of a file on disk moves when the file changes, its mode changes, or another takes its place', async () => {
    const file = join(await temporaryFolder(), 'file');
    const now = async (): Promise<FileIdentity> => identityOf(await stat(file, { bigint: true }));
    await writeFile(file, 'a');
    const seen = [await now()];
    const changes = [
      () => appendFile(file, 'b'),
      () => chmod(file, 0o600),
      () => writeFile(`${file}.new`, 'ab').then(() => rename(`${file}.new`, file)),
    ];
    for (const change of changes) {
      let moved = await now();
      for (let turn = 0; turn < 1000 && seen.some((before) => sameIdentity(before, moved)); turn++) {
        await change();
        moved = await now();
      }
      for (const before of seen) expect(sameIdentity(before, moved)).toBe(false);
      seen.push(moved);
    }
  });
});

describe('a file settles', () => {
  it('100 ms after its last change where its times are fine', () => {
    const changed = at(1_000_000_001n, 1_000_000_001n);
    expect(settlesInMs(changed, 1000)).toBe(100);
    expect(settlesInMs(changed, 1099)).toBe(1);
    expect(settlesInMs(changed, 1100)).toBe(0);
  });

  it('2 s after its last change where its times may be coarse', () => {
    const changed = at(1_000_000_000n, 1_000_000_000n);
    expect(settlesInMs(changed, 2999)).toBe(1);
    expect(settlesInMs(changed, 3000)).toBe(0);
  });

  it('by the later of its times, whichever of them was set back', () => {
    expect(settlesInMs(at(1n, 1_000_000_001n), 1000)).toBe(100);
    expect(settlesInMs(at(1_000_000_001n, 1n), 1000)).toBe(100);
  });

  it('after one grain of time at most, even where its times are in the future', () => {
    expect(settlesInMs(at(9_000_000_000_001n, 1n), 1000)).toBe(100);
  });
});
