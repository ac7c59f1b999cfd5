import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { saveBytesMs, saveMs } from './limits.ts';

/** Writes the list down a while after it changed. On disposal it writes what is not written yet. */
export interface Keeper extends AsyncDisposable {
  /** It changed; it has to be on the disk within so many milliseconds, as far as it is not written too often. */
  changed(withinMs: number): void;
}

/** `write` puts the list as it is now on the disk. Where that fails the log is told, and it is tried again. */
export function openKeeper(write: () => Promise<void>, clock: Clock, log: Log): Keeper {
  let timer: { due: number; at: Disposable } | undefined;
  let writing: Promise<void> | undefined;
  let writtenAt = Number.NEGATIVE_INFINITY;
  let dirty = false;
  let failed = false;
  let closed = false;

  const plan = (due: number): void => {
    if (closed || (timer !== undefined && timer.due <= due)) return;
    timer?.at[Symbol.dispose]();
    timer = { due, at: clock.after(Math.max(0, due - clock.now()), begin) };
  };
  const save = async (): Promise<void> => {
    dirty = false;
    writtenAt = clock.now();
    try {
      await write();
      failed = false;
    } catch (error) {
      dirty = true;
      if (!failed) log.warn({ error }, 'the list of downloads could not be written down');
      failed = true;
    }
  };
  const begin = (): void => {
    timer = undefined;
    // What changes meanwhile is planned for after it.
    writing ??= save().finally(() => {
      writing = undefined;
      if (dirty) plan(clock.now() + (failed ? saveBytesMs : saveMs));
    });
  };
  return {
    changed(withinMs) {
      dirty = true;
      if (writing === undefined) plan(Math.max(clock.now() + withinMs, writtenAt + saveMs));
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      timer?.at[Symbol.dispose]();
      timer = undefined;
      await writing;
      if (dirty) await save();
    },
  };
}
