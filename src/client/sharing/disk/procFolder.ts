import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises';
import { type HeldFolder, refuseAllButFiles } from './heldFolder.ts';

/** O_PATH of Linux, which Node does not name: a descriptor that only says where, without opening what is there. */
export const whereOnly = 0o10_000_000;
const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

/** Through /proc/self/fd, which makes openat(2) of open(2). */
export async function holdByProc(path: string): Promise<HeldFolder> {
  let held = pinned(await open('/', whereOnly | O_DIRECTORY));
  for (const part of path.split('/').filter((name) => name !== '')) {
    const outer = held;
    try {
      held = await outer.enter(part);
    } finally {
      await outer[Symbol.asyncDispose]();
    }
  }
  return held;
}

function pinned(handle: FileHandle): HeldFolder {
  const here = `/proc/self/fd/${handle.fd}`;
  return {
    names: () => readdir(here),
    stat: (name) => lstat(`${here}/${name}`, { bigint: true }),
    enter: async (name) => pinned(await open(`${here}/${name}`, whereOnly | O_DIRECTORY | O_NOFOLLOW)),
    async open(name) {
      await using file = await open(`${here}/${name}`, whereOnly | O_NOFOLLOW);
      refuseAllButFiles(await file.stat({ bigint: true }), name);
      return await open(`/proc/self/fd/${file.fd}`, O_RDONLY);
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}
