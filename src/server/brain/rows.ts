import type { Fingerprint } from '../../base/ids.ts';
import type { UserName } from '../../base/names.ts';
import type {
  Announcement,
  Dialect,
  Owner,
  PartialOwner,
  PeerAddress,
  ResourceRow,
  UnverifiedOwner,
  UserRow,
} from '../../base/roll.ts';
import type { Listing, Peer } from '../../directory/directory.ts';
import { shownAt } from './addresses.ts';

/** What the directory has, as it is told to whoever reached the tracker at the address `local`. */

export function resourceRow(listing: Listing, local: string): ResourceRow {
  const { name, description, modified, peer } = listing;
  const { user: owner, state } = peer;
  const told = { name, description, modified, owner, ...shownAt(peer, local), state };
  if (listing.id === null) return { ...told, id: null, size: null, kind: 'file' };
  const { id, size, kind } = listing;
  return { ...told, id, size, kind };
}

export const userRow = (peer: Peer & { resources: number }, local: string): UserRow => ({
  user: peer.user,
  ...shownAt(peer, local),
  ...(peer.fingerprint && { fingerprint: peer.fingerprint }),
  state: peer.state,
  resources: peer.resources,
  udp: peer.udp,
  since: peer.since,
});

/** What a peer that has shown its key announced. */
export type Proven = Announcement & { peer: Peer & { fingerprint: Fingerprint } };

export const isProven = (listing: Listing): listing is Proven =>
  listing.id !== null && listing.peer.fingerprint !== undefined;

export const ownerRow = (listing: Proven, local: string, ticket: string): Owner => ({
  user: listing.peer.user,
  ...shownAt(listing.peer, local),
  fingerprint: listing.peer.fingerprint,
  state: listing.peer.state,
  name: listing.name,
  modified: listing.modified,
  ticket,
});

export const unverifiedOwner = (listing: Listing, local: string, dialect: Dialect): UnverifiedOwner => ({
  user: listing.peer.user,
  ...shownAt(listing.peer, local),
  state: listing.peer.state,
  name: listing.name,
  modified: listing.modified,
  dialect,
  spelling: (listing.id === null ? listing.spelling : undefined) ?? listing.name,
});

export const partialOwnerRow = (
  fingerprint: Fingerprint,
  at: PeerAddress,
  local: string,
  ticket: string,
): PartialOwner => ({ ...shownAt(at, local), fingerprint, ticket });

/** True where `viewer` may know of what `owner` shares with `to`. */
export const isVisible = (
  { owner, to }: { owner: UserName; to?: readonly UserName[] | undefined },
  viewer: UserName | undefined,
): boolean => to === undefined || (viewer !== undefined && (viewer === owner || to.includes(viewer)));
