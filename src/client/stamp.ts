import type { Clock } from '../base/clock.ts';
import { isoDate } from '../base/dates.ts';
import { asRollcallError } from '../base/errors.ts';
import { askAgainMs } from './limits.ts';
import type { Stamp } from './session/session.ts';

export interface StampOptions {
  /** Stamps what no date service stamps. */
  clock: Clock;
  /** Asks a date service for a stamp, within a time of its own; where it is missing, `clock` stamps everything. */
  ask?: (() => Promise<string>) | undefined;
  /** The service has failed: told once for as long as it is left alone. */
  failed(why: string): void;
}

/** What is stamped by the date service at an address, or by `clock` where none was named. */
export function stampBy(url: string | undefined, { clock, failed }: Pick<StampOptions, 'clock' | 'failed'>): Stamp {
  if (url === undefined) return openStamp({ clock, failed });
  const { signal } = new AbortController();
  return openStamp({ clock, failed, ask: async () => (await import('../clock/ask.ts')).askClock(url, { signal }) });
}

/**
 * Stamps operations by a date service, which those that are asked at once share a question to. One that fails is left
 * alone for a while: then, and where an operation cannot wait, the own clock stamps.
 */
export function openStamp({ clock, ask, failed }: StampOptions): Stamp {
  const own = (): string => isoDate(clock.wall());
  if (ask === undefined) return own;
  let question: Promise<string> | undefined;
  let askAgainAt = Number.NEGATIVE_INFINITY;

  const put = async (): Promise<string> => {
    try {
      return await ask();
    } catch (error) {
      askAgainAt = clock.now() + askAgainMs;
      failed(asRollcallError(error).message);
      return own();
    }
  };

  return (withinMs, signal) => {
    if (clock.now() < askAgainAt) return own();
    question ??= put().finally(() => {
      question = undefined;
    });
    return soon(question, { clock, withinMs, signal, own });
  };
}

/** What was asked for, or what there is instead once the time is over. */
function soon(
  asked: Promise<string>,
  { clock, withinMs, signal, own }: { clock: Clock; withinMs: number; signal: AbortSignal; own: () => string },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const abort = (): void => settle(() => reject(signal.reason));
    const timer = clock.after(withinMs, () => settle(() => resolve(own())));
    const settle = (act: () => void): void => {
      timer[Symbol.dispose]();
      signal.removeEventListener('abort', abort);
      act();
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    asked.then((stamp) => settle(() => resolve(stamp)), reject);
  });
}
