import { isIpv4 } from './address.ts';
import type { Heard } from './answers.ts';
import type { FoundTracker } from './found.ts';
import { maxTrackers } from './limits.ts';

interface Sighting {
  tracker: FoundTracker;
  instance: string;
  /** Who said so. */
  from: string;
  rank: number;
}

/** Who was seen in a search. */
export interface Sightings {
  /** `rank` is the place of the link among all. Returns whether there is a tracker that was not there before. */
  add(heard: Heard, from: string, rank: number): boolean;
  /** By name, then address. */
  all(): FoundTracker[];
}

/** One key on one port is one tracker, on however many networks it is heard. */
export function createSightings(): Sightings {
  const seen = new Map<string, Sighting>();
  return {
    add(heard, from, rank) {
      if (heard.heard === 'gone') {
        // Whoever did not announce it has nothing to take back.
        for (const [key, known] of seen) if (known.instance === heard.instance && known.from === from) seen.delete(key);
        return false;
      }
      const { instance, tracker } = heard;
      const key = `${tracker.fingerprint}:${tracker.port}`;
      const known = seen.get(key);
      if (known === undefined && seen.size >= maxTrackers) return false;
      const sighting = { tracker, instance, from, rank };
      if (known === undefined || isBetter(sighting, known)) seen.set(key, sighting);
      return known === undefined;
    },
    all: () =>
      [...seen.values()]
        .map(({ tracker }) => tracker)
        .sort((a, b) => compare(a.name, b.name) || compare(a.host, b.host) || a.port - b.port),
  };
}

/** IPv4, which every LAN has; then the network that the system names first. What was heard first stays otherwise. */
function isBetter(one: Sighting, other: Sighting): boolean {
  const [four, otherFour] = [isIpv4(one.tracker.host), isIpv4(other.tracker.host)];
  return four === otherFour ? one.rank < other.rank : four;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
