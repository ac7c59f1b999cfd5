import { asRollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { trackersIn } from './answers.ts';
import type { FoundTracker } from './found.ts';
import { type Ground, systemGround } from './ground.ts';
import { askAgainMs, maxMessages, settleMs } from './limits.ts';
import type { Link } from './links.ts';
import type { Mdns } from './mdns.ts';
import { serviceName } from './service.ts';
import { createSightings } from './sightings.ts';

export interface BrowseOptions {
  /** Longest that it takes, milliseconds. */
  ms: number;
  /**
   * Ends a second after the last tracker that was news, once there is one. It never ends for one that is known or looks
   * right: of two trackers it would give whichever answers first, a choice that is a person's.
   */
  early: boolean;
  log: Log;
  signal: AbortSignal;
}

/**
 * The trackers that say they are on the networks of this machine, sorted by name; none where there is no network, or
 * where the port cannot be had, which the log tells. Asks by multicast DNS (RFC 6762), now and once more after a second.
 * @throws the signal's reason
 */
export async function browse(options: BrowseOptions, ground: Ground = systemGround): Promise<FoundTracker[]> {
  const { ms, early, log, signal } = options;
  signal.throwIfAborted();
  const { clock, links, open } = ground;
  const sightings = createSightings();
  let end = (): void => {};
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  let messages = 0;
  let settling: Disposable | undefined;
  const openLink = async (link: Link, rank: number): Promise<Mdns | undefined> => {
    try {
      return await open(link, {
        answered(message, from) {
          messages += 1;
          if (messages > maxMessages) return end();
          for (const heard of trackersIn(message, from, link)) {
            if (!sightings.add(heard, from.address, rank) || !early) continue;
            settling?.[Symbol.dispose]();
            settling = clock.after(settleMs, end);
          }
        },
        trouble: (error) => log.debug({ link: link.name, why: error.message }, 'trouble on a network'),
      });
    } catch (error) {
      log.warn({ link: link.name, why: asRollcallError(error).message }, 'cannot look for a tracker on this network');
      return undefined;
    }
  };
  signal.addEventListener('abort', end, { once: true });
  const opened = (await Promise.all(links().map(openLink))).filter((link) => link !== undefined);
  try {
    if (opened.length === 0) return [];
    signal.throwIfAborted();
    const ask = (): void => {
      for (const link of opened) link.ask({ name: serviceName, type: 'PTR' });
    };
    using _last = clock.after(ms, end);
    using _again = clock.after(askAgainMs, ask);
    ask();
    await over;
    signal.throwIfAborted();
    return sightings.all();
  } finally {
    settling?.[Symbol.dispose]();
    signal.removeEventListener('abort', end);
    await Promise.all(opened.map((link) => link[Symbol.asyncDispose]()));
  }
}
