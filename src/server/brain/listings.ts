import { RollcallError } from '../../base/errors.ts';
import type { ContentId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { ResourceName, UserName } from '../../base/names.ts';
import type { Announced, PeerState } from '../../base/roll.ts';
import { sizeText } from '../../base/sizeText.ts';
import type { Directory, Listing } from '../../directory/directory.ts';
import { maxHeld, maxHeldBytes } from '../limits.ts';
import { shownAt } from './addresses.ts';
import type { Feed, Happening } from './feed.ts';
import { jsonBytes } from './pages.ts';
import { resourceRow } from './rows.ts';
import { inTurn, type Listed, type Session } from './sessions.ts';
import type { Watches } from './watches.ts';

/**
 * What of a session is in the directory. What a peer announces before it can be reached is held, and listed when it can
 * be. All of it happens in the session's turn, so that no answer of the directory overtakes another.
 */
export interface Listings {
  announce(session: Session, resources: readonly Announced[]): Promise<void>;
  withdraw(session: Session, names: readonly ResourceName[]): Promise<void>;
  /** Lists the peer where it is now, with all that is held for it. */
  list(session: Session): Promise<void>;
  /** Takes the peer off; `keep` holds what it shares until it is listed again. */
  unlist(session: Session, why: string, keep: 'keep' | 'forget'): Promise<void>;
  /** Shows the session's present `state` and `udp`. */
  update(session: Session, change: 'state' | 'udp'): Promise<void>;
}

const announceAtOnce = 1000;

/** Names that one line of the log shows. */
const loggedNames = 10;

export function createListings(parts: {
  directory: Directory;
  feed: Feed;
  partials: { listed(id: ContentId, owner: UserName, to: readonly UserName[] | undefined): void };
  watches: Watches;
  log: Log;
}): Listings {
  const { directory, feed, partials, watches, log } = parts;
  /** Of all sessions, as JSON. */
  let heldBytes = 0;

  const letGo = (session: Session, names: Iterable<ResourceName>): void => {
    for (const name of names) {
      heldBytes -= session.held.get(name)?.bytes ?? 0;
      session.held.delete(name);
    }
  };
  const hold = (session: Session, resources: readonly Announced[]): void => {
    const added = resources.filter(({ name }) => !session.held.has(name)).length;
    if (session.held.size + added > maxHeld) {
      throw new RollcallError('limit', `a peer may announce ${maxHeld} resources: share a folder as one instead`);
    }
    const holdings = resources.map((resource) => ({ resource, bytes: jsonBytes(resource) }));
    const addedBytes = holdings.reduce((sum, { bytes }) => sum + bytes, 0);
    if (heldBytes + addedBytes > maxHeldBytes) {
      throw new RollcallError(
        'limit',
        `this tracker holds ${sizeText(maxHeldBytes)} for peers that it cannot reach, which is its limit: let the firewall of your machine take connections, or try again later`,
      );
    }
    for (const holding of holdings) {
      letGo(session, [holding.resource.name]);
      session.held.set(holding.resource.name, holding);
      heldBytes += holding.bytes;
    }
  };

  const announce = async (session: Session, resources: readonly Announced[]): Promise<void> => {
    for (const listing of await directory.announce(session.id, resources)) {
      feed.add(announced(listing));
      if (listing.id !== null) partials.listed(listing.id, listing.peer.user, listing.to);
      tellWatchers(listing);
    }
  };
  const tellWatchers = ({ id, peer, to }: Listing): void => {
    if (id !== null) watches.ownersChanged(id, peer.user, to);
  };

  return {
    announce: (session, resources) =>
      inTurn(session, async () => {
        if (session.ended) throw new RollcallError('refused', 'this session has ended: register again');
        if (session.listed === undefined) hold(session, resources);
        else await announce(session, resources);
        const names = resources.slice(0, loggedNames).map(({ name }) => name);
        log.info(
          { ...who(session), listed: session.listed !== undefined, count: resources.length, names },
          'announced',
        );
      }),

    withdraw: (session, names) =>
      inTurn(session, async () => {
        letGo(session, names);
        if (session.listed === undefined) return;
        for (const listing of await directory.withdraw(session.id, names)) {
          feed.add(withdrawn(listing));
          tellWatchers(listing);
        }
        log.info({ ...who(session), count: names.length, names: names.slice(0, loggedNames) }, 'withdrawn');
      }),

    list: (session) =>
      inTurn(session, async () => {
        const { id, user, fingerprint, dialects, address, port, state, udp, since, listed } = session;
        if (session.ended || user === undefined || port === undefined) return;
        await directory.join({ session: id, user, fingerprint, dialects, address, port, state, udp, since });
        session.listed = { user, address, port };
        if (listed?.address !== address || listed.port !== port) {
          if (listed !== undefined) {
            feed.add(left(listed, 'moved to another address'));
            // Its resources moved along, and no change says so.
            feed.addMissed();
          }
          feed.add(joined(session.listed));
          log.info({ ...who(session), moved: listed !== undefined }, 'listed');
        }
        const waiting = [...session.held.values()].map(({ resource }) => resource);
        for (let from = 0; from < waiting.length; from += announceAtOnce) {
          const batch = waiting.slice(from, from + announceAtOnce);
          await announce(session, batch);
          letGo(
            session,
            batch.map(({ name }) => name),
          );
        }
      }),

    unlist: (session, why, keep) =>
      inTurn(session, async () => {
        if (keep === 'forget') letGo(session, [...session.held.keys()]);
        const { listed } = session;
        if (listed === undefined) return;
        session.listed = undefined;
        const listings = await directory.leave(session.id);
        feed.add(left(listed, why));
        for (const listing of listings) tellWatchers(listing);
        if (keep === 'keep') hold(session, listings.map(withoutPeer));
      }),

    update: (session, change) =>
      inTurn(session, async () => {
        if (session.listed === undefined) return;
        const { state, udp } = session;
        await directory.update(session.id, { state, udp });
        if (change === 'state') feed.add(stateOf(session.listed, state));
        else feed.touch();
      }),
  };
}

/** Who a session is, for the log. */
export const who = ({ id, user, address, port }: Session): object => ({ session: id, user, address, port });

const withoutPeer = ({ peer: _peer, ...resource }: Listing): Announced => resource;

const announced = (listing: Listing): Happening => ({
  owner: listing.peer.user,
  to: listing.to,
  address: listing.peer.address,
  change: (local) => ({ change: 'announced', ...resourceRow(listing, local) }),
});

const withdrawn = ({ peer, to, name, id }: Listing): Happening => ({
  owner: peer.user,
  to,
  address: peer.address,
  change: (local) => ({ change: 'withdrawn', owner: peer.user, ...shownAt(peer, local), name, id }),
});

const joined = (listed: Listed): Happening => ({
  owner: listed.user,
  address: listed.address,
  change: (local) => ({ change: 'joined', user: listed.user, ...shownAt(listed, local) }),
});

const left = (listed: Listed, why: string): Happening => ({
  owner: listed.user,
  address: listed.address,
  change: (local) => ({ change: 'left', user: listed.user, ...shownAt(listed, local), why }),
});

const stateOf = (listed: Listed, state: PeerState): Happening => ({
  owner: listed.user,
  address: listed.address,
  change: (local) => ({ change: 'state', user: listed.user, ...shownAt(listed, local), state }),
});
