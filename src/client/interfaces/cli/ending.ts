import { exitStatuses, RollcallError } from '../../../base/errors.ts';

/** How a run is told to end before it is done. */
export interface Ending extends Disposable {
  /** Aborted with a RollcallError `interrupted`, or with `pipeClosed`. */
  readonly signal: AbortSignal;
  /** While it is held, the first interrupt from the keyboard calls `act` and ends nothing. */
  intercept(act: () => void): Disposable;
  /** Ends the run as if nobody wanted more of it. */
  closePipe(): void;
}

/** The reader of our output has gone, as in `rollcall ls | head`: no failure, and nobody to tell. */
export const pipeClosed: Error = new Error('the reader of the output has gone');

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** As much of `process` as this takes. */
interface Process {
  on(signal: NodeJS.Signals, act: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, act: (signal: NodeJS.Signals) => void): unknown;
  exit(status: number): unknown;
}

/** The first signal ends cleanly; a second one at once. */
export function watchSignals(process: Process): Ending {
  const controller = new AbortController();
  const intercepts: (() => void)[] = [];
  const receive = (signal: NodeJS.Signals): void => {
    const intercept = signal === 'SIGINT' ? intercepts.pop() : undefined;
    if (controller.signal.aborted) process.exit(exitStatuses.interrupted);
    else if (intercept !== undefined) intercept();
    else controller.abort(new RollcallError('interrupted', `stopped by ${signal}`));
  };
  for (const signal of signals) process.on(signal, receive);
  return {
    signal: controller.signal,
    intercept(act) {
      intercepts.push(act);
      return {
        [Symbol.dispose]() {
          const at = intercepts.lastIndexOf(act);
          if (at !== -1) intercepts.splice(at, 1);
        },
      };
    },
    closePipe: () => controller.abort(pipeClosed),
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, receive);
    },
  };
}
