import { type BigIntStats, closeSync, constants, existsSync, lstatSync, openSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { swapped } from './pathFolder.ts';
import { whereOnly } from './procFolder.ts';

const { O_DIRECTORY, O_RDONLY } = constants;
/** Both are missing on Windows. */
const noFollow: number = constants.O_NOFOLLOW ?? 0;
/** So that a FIFO that takes the file's place does not hang us. */
const noWait: number = constants.O_NONBLOCK ?? 0;

/**
 * Opens many small files one after another without a turn of the event loop for each, which costs more than they do. It
 * keeps hold of the folder of the last one. No link is followed; whoever opens a file has to see whether it is the one
 * that he means. Where a system cannot hold folders, see `holdFolder`: there the folder's path is checked.
 */
export interface FolderAtHand extends Disposable {
  /** A descriptor of what is at a real path, for reading. @throws the system's error */
  open(path: string): number;
  /** Of what is there, not of what it points to. @throws the system's error */
  stat(path: string): BigIntStats;
}

export const folderAtHand = (): FolderAtHand =>
  process.platform === 'linux' && existsSync('/proc/self/fd') ? folderByProc() : folderByPath();

const through = (folder: number, name: string): string => `/proc/self/fd/${folder}/${name}`;

export function folderByProc(): FolderAtHand {
  /** The way to the last file's folder, from the root. */
  const held: { name: string; folder: number }[] = [];
  let last: string | undefined;
  const closeFrom = (depth: number): void => {
    for (const { folder } of held.splice(depth)) closeSync(folder);
  };
  const folderOf = (path: string): number => {
    const folder = dirname(path);
    if (folder !== last) {
      last = undefined;
      const way = ['/', ...folder.split('/').filter((name) => name !== '')];
      const kept = way.findIndex((name, depth) => held[depth]?.name !== name);
      closeFrom(kept === -1 ? way.length : kept);
      for (const name of way.slice(held.length)) {
        const outer = held.at(-1)?.folder;
        const at = outer === undefined ? name : through(outer, name);
        held.push({ name, folder: openSync(at, whereOnly | O_DIRECTORY | noFollow) });
      }
      last = folder;
    }
    return held.at(-1)?.folder ?? -1;
  };
  return {
    open: (path) => openSync(through(folderOf(path), basename(path)), O_RDONLY | noFollow | noWait),
    stat: (path) => lstatSync(through(folderOf(path), basename(path)), { bigint: true }),
    [Symbol.dispose]() {
      last = undefined;
      closeFrom(0);
    },
  };
}

export function folderByPath(): FolderAtHand {
  let last: string | undefined;
  const checked = (path: string): string => {
    const folder = dirname(path);
    if (folder !== last && realpathSync(folder) !== folder) throw swapped(path);
    last = folder;
    return join(folder, basename(path));
  };
  return {
    open: (path) => openSync(checked(path), O_RDONLY | noFollow | noWait),
    stat: (path) => lstatSync(checked(path), { bigint: true }),
    [Symbol.dispose]() {
      last = undefined;
    },
  };
}
