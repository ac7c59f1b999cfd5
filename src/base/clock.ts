/** Time as an argument. Deadlines live on `now`; `wall` is for show and for signed times alone. */
export interface Clock {
  /** Monotonic, milliseconds from an arbitrary start. */
  now(): number;
  /** Milliseconds since 1970-01-01T00:00Z; may jump. */
  wall(): number;
  /** Calls `act` once, `ms` from now, unless disposed of before. Does not keep the process alive by itself. */
  after(ms: number, act: () => void): Disposable;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms);
    timer.unref();
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};

/** Resolves `ms` from now; rejects with the signal's reason when that comes first. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = clock.after(ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    const abort = (): void => {
      timer[Symbol.dispose]();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** Calls `act` every `ms`, measured from the end of one call to the start of the next, until disposed of. */
export function every(clock: Clock, ms: number, act: () => void): Disposable {
  let timer: Disposable;
  let stopped = false;
  const arm = (): void => {
    timer = clock.after(ms, () => {
      act();
      if (!stopped) arm();
    });
  };
  arm();
  return {
    [Symbol.dispose]() {
      stopped = true;
      timer[Symbol.dispose]();
    },
  };
}
