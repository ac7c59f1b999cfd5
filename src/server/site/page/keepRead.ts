/** Something that is read again whenever it may be old, one reading at a time. */
export interface Reading {
  /** What was read is old. */
  touch(): void;
  stop(): void;
}

/** Reads at once. `read` never fails, and gives the milliseconds to rest before it is read again. */
export function keepRead(read: (signal: AbortSignal) => Promise<number>): Reading {
  const over = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let reading = false;
  let old = false;
  let restsUntil = 0;

  const start = async (): Promise<void> => {
    timer = undefined;
    reading = true;
    old = false;
    const restMs = await read(over.signal);
    reading = false;
    restsUntil = Date.now() + restMs;
    if (old) plan();
  };
  const plan = (): void => {
    if (over.signal.aborted || reading) return;
    timer ??= setTimeout(() => void start(), Math.max(0, restsUntil - Date.now()));
  };
  plan();
  return {
    touch() {
      old = true;
      plan();
    },
    stop() {
      clearTimeout(timer);
      over.abort();
    },
  };
}
