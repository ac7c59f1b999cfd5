import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../../base/clock.ts';
import { pauseMs } from './limits.ts';

/** Notices that nothing has come for `pauseMs`. */
export interface Pause extends Disposable {
  /** Something has come: waits anew. */
  begin(): void;
}

export function createPause(clock: Clock, act: () => void): Pause {
  let timer: Disposable | undefined;
  const end = (): void => {
    timer?.[Symbol.dispose]();
    timer = undefined;
  };
  return {
    begin() {
      end();
      const begun = clock.after(pauseMs, () => {
        // What waits in the socket comes first: it may be this process that stood still.
        void setImmediate().then(() => {
          if (timer === begun) act();
        });
      });
      timer = begun;
    },
    [Symbol.dispose]: end,
  };
}
