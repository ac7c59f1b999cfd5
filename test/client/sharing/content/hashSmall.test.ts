import { stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { hashContent } from '../../../../src/base/merkle.ts';
import { hashSmallFile } from '../../../../src/client/sharing/content/hashSmall.ts';
import { type FileIdentity, identityOf } from '../../../../src/client/sharing/disk/fileIdentity.ts';
import { folderAtHand } from '../../../../src/client/sharing/disk/folderAtHand.ts';
import { fineGrainMs, smallFileBytes } from '../../../../src/client/sharing/limits.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { temporaryFolder } from '../support.ts';

let path: string;
const clock = new FakeClock();

beforeEach(async () => {
  path = join(await temporaryFolder(), 'file');
});

const written = async (bytes: Uint8Array): Promise<FileIdentity> => {
  await writeFile(path, bytes);
  return identityOf(await stat(path, { bigint: true }));
};
const hash = (identity: FileIdentity, at = clock): ReturnType<typeof hashSmallFile> => {
  using folder = folderAtHand();
  return hashSmallFile(path, identity, folder, at);
};

describe('a small file', () => {
  it.each([0, 1, 16_384, 16_385, smallFileBytes])('of %i bytes has the hash of its bytes', async (size) => {
    const bytes = Buffer.from(Array.from({ length: size }, (_, index) => index % 251));
    const identity = await written(bytes);
    const hashed = hash(identity);
    expect([hashed?.id, hashed?.identity]).toEqual([hashContent(bytes).id, identity]);
    expect(Buffer.from(hashed?.layer ?? []).equals(hashContent(bytes).layer)).toBe(true);
  });

  it('that is one byte too large is left to others', async () => {
    expect(hash(await written(new Uint8Array(smallFileBytes + 1)))).toBeUndefined();
  });

  it('that changed since it was found, was cut or is gone is left to others', async () => {
    const identity = await written(Buffer.from('before'));
    await written(Buffer.from('afterwards'));
    expect(hash(identity)).toBeUndefined();
    await truncate(path, 0);
    expect(hash(identity)).toBeUndefined();
    path += '.gone';
    expect(hash(identity)).toBeUndefined();
  });

  it('that changed a moment ago is left to others, since a further change might not show', async () => {
    const identity = await written(Buffer.from('fresh'));
    const now = new FakeClock();
    now.jumpWall(Number(identity.mtimeNs / 1_000_000n) - now.wall() + fineGrainMs - 1);
    expect(hash(identity, now)).toBeUndefined();
  });

  it.runIf(process.platform !== 'win32')('that is a link now is left to others', async () => {
    const identity = await written(Buffer.from('target'));
    await symlink(path, `${path}.link`);
    path += '.link';
    expect(hash(identity)).toBeUndefined();
  });
});
