import { networkInterfaces } from 'node:os';
import { type Clock, systemClock } from '../../base/clock.ts';
import { type Link, linksOf } from './links.ts';
import type { OpenMdns } from './mdns.ts';

/** What discovery stands on. */
export interface Ground {
  clock: Clock;
  links(): Link[];
  open: OpenMdns;
}

export const systemGround: Ground = {
  clock: systemClock,
  links() {
    try {
      return linksOf(networkInterfaces());
    } catch {
      // Some sandboxes do not tell what networks there are.
      return [];
    }
  },
  /** Loaded by the first that need it: most commands name their tracker. */
  open: async (link, events) => (await import('./bonjour.ts')).openBonjour(link, events),
};
