import type { Clock } from '../../base/clock.ts';
import { isoDate } from '../../base/dates.ts';
import { asRollcallError } from '../../base/errors.ts';
import { dateMs } from './limits.ts';

/** What time it is by the service that stamps what is asked; by this machine where there is none, or it does not answer. */
export async function tellDate(
  service: string | undefined,
  clock: Pick<Clock, 'wall'>,
  signal: AbortSignal,
): Promise<{ date: string; source: string }> {
  const own = 'the clock of this machine';
  if (service === undefined) return { date: isoDate(clock.wall()), source: own };
  try {
    const { askClock } = await import('../../clock/ask.ts');
    return { date: await askClock(service, { timeoutMs: dateMs, signal }), source: service };
  } catch (error) {
    signal.throwIfAborted();
    return { date: isoDate(clock.wall()), source: `${own}: ${asRollcallError(error).message}` };
  }
}
