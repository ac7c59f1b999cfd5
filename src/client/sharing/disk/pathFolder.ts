import { constants } from 'node:fs';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { RollcallError } from '../../../base/errors.ts';
import { safeText } from '../../../base/safeText.ts';
import { type HeldFolder, refuseAllButFiles } from './heldFolder.ts';

/** Missing on Windows, where the check of the real path stands in for it. */
const noFollow: number = constants.O_NOFOLLOW ?? 0;
/** So that a FIFO that takes the file's place does not hang us. */
const noWait: number = constants.O_NONBLOCK ?? 0;

/** For systems without /proc: by path, checked before and after. Weaker; see `holdFolder`. */
export async function holdByPath(path: string): Promise<HeldFolder> {
  await expectReal(path);
  return {
    async names() {
      await expectReal(path);
      const names = await readdir(path);
      await expectReal(path);
      return names;
    },
    async stat(name) {
      const stats = await lstat(join(path, name), { bigint: true });
      await expectReal(path);
      return stats;
    },
    enter: (name) => holdByPath(join(path, name)),
    async open(name) {
      const file = join(path, name);
      const before = await lstat(file, { bigint: true });
      refuseAllButFiles(before, name);
      const handle = await open(file, constants.O_RDONLY | noFollow | noWait);
      try {
        const opened = await handle.stat({ bigint: true });
        if (opened.ino !== before.ino || opened.dev !== before.dev) throw swapped(file);
        await expectReal(file);
        return handle;
      } catch (error) {
        await handle.close();
        throw error;
      }
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

async function expectReal(path: string): Promise<void> {
  if ((await realpath(path)) !== path) throw swapped(path);
}

export function swapped(path: string): RollcallError {
  const message = `"${safeText(path)}" cannot be shared: a link took its place; share what it points to`;
  return new RollcallError('usage', message);
}
