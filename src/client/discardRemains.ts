import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Remains } from './transfers/source.ts';

/** Removes what a stopped download left, as the list of downloads asks for it. */
export const discardRemains =
  (log: Log) =>
  async ({ content, size, kind, file }: Remains): Promise<void> => {
    const { discard } = await import('./download/discard.ts');
    await discard({ id: content, size, kind, target: file }, { clock: systemClock, log });
  };
