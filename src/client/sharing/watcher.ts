import { watch } from 'chokidar';
import { type Clock, every } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { lookMs } from './limits.ts';

export interface WatchOptions {
  /** Paths that do not matter. */
  ignores(path: string): boolean;
  /** Something happened at a path; at the watched path itself where it is not known where. */
  touched(path: string): void;
  clock: Clock;
  log: Log;
}

/** Watches the file or folder at a real path, all the way down, until disposed of. */
export type Watch = (path: string, options: WatchOptions) => AsyncDisposable;

/**
 * With chokidar. What happens before the system watches is made up for by one `touched` afterwards; where the system
 * watches no more (too many files, a network drive that went away), by one every half a minute.
 */
export const watchDisk: Watch = (path, { ignores, touched, clock, log }) => {
  let looking: Disposable | undefined;
  const watcher = watch(path, {
    ignored: ignores,
    followSymlinks: false,
    ignoreInitial: true,
    ignorePermissionErrors: true,
    atomic: false,
  });
  watcher.on('all', (_event, at) => touched(at));
  watcher.on('ready', () => touched(path));
  watcher.on('error', (error) => {
    if (looking !== undefined) return;
    log.warn({ path, error: String(error) }, 'changes cannot be watched: looking for them now and then');
    looking = every(clock, lookMs, () => touched(path));
  });
  return {
    async [Symbol.asyncDispose]() {
      looking?.[Symbol.dispose]();
      await watcher.close();
    },
  };
};
