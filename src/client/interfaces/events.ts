import type { ContentId } from '../../base/ids.ts';
import type { ResourceName } from '../../base/names.ts';
import type { Announcement } from '../../base/roll.ts';
import type { AppEvent } from '../app.ts';
import { durationText } from './cli/text.ts';

/** Tells each announcement once, whether the caller heard of it by an event or by the answer to its own question. */
export interface Announced {
  /** True where this content was not announced under this name before. */
  isNews(resource: Announcement): boolean;
  withdrawn(name: ResourceName): void;
}

export function openAnnounced(): Announced {
  const known = new Map<ResourceName, ContentId>();
  return {
    isNews({ name, id }) {
      const news = known.get(name) !== id;
      known.set(name, id);
      return news;
    },
    withdrawn: (name) => void known.delete(name),
  };
}

/** A wait below it is none to a person, milliseconds: it would read as 0.0 s. */
const shortestToldMs = 100;

/**
 * What a person is told of an event, a line each, or nothing. Remembers how the link stands, so that a tracker that
 * stays away is told of once and not at every try.
 */
export function openNews(): (event: AppEvent) => string | undefined {
  let lost = false;
  let reachable = true;
  const reach = (now: boolean, reason: string | undefined): string | undefined => {
    const before = reachable;
    reachable = now;
    if (now) return before ? undefined : 'Others can reach this peer now.';
    return `Others cannot reach this peer, so what it shares is not listed: ${reason ?? 'the tracker does not say why'}`;
  };
  return (event) => {
    switch (event.event) {
      case 'pinned':
        return `First visit to the tracker ${event.server}: it is known by its key ${event.fingerprint} from now on.`;
      case 'announced':
        return `Announced resource: ${event.resource.name}`;
      case 'joined': {
        lost = false;
        const mended = event.again ? 'Connected to the tracker again.' : undefined;
        const reached = reach(event.reachable, event.reason);
        return [mended, reached].filter((line) => line !== undefined).join(' ') || undefined;
      }
      case 'lost': {
        if (lost) return undefined;
        lost = true;
        const retry = event.retryMs >= shortestToldMs ? `in ${durationText(event.retryMs / 1000)}` : 'now';
        return `Lost the tracker: ${event.why}. Trying again ${retry}; downloads go on.`;
      }
      case 'reach':
        return reach(event.reachable, event.reason);
      /** The command itself ends by it, and says why. */
      case 'ended':
        return undefined;
      case 'withdrawn':
        return `No longer shared: ${event.name}: ${event.why}`;
      case 'skipped':
        return `Not shared: ${event.path}: ${event.why}`;
    }
  };
}
