import type { UserName } from '../../base/names.ts';
import type { Owner, PartialOwner, PeerAddress, Resource, ResourceRow, UserRow } from '../../base/roll.ts';
import type { Listing, Peer } from '../../directory/directory.ts';
import { shownAt } from './addresses.ts';
import type { Session } from './sessions.ts';

/** What the directory has, as it is told to whoever reached the tracker at the address `local`. */

const resource = ({ name, id, size, kind, description, modified }: Resource): Resource => ({
  name,
  id,
  size,
  kind,
  description,
  modified,
});

export const resourceRow = (listing: Listing, local: string): ResourceRow => ({
  ...resource(listing),
  owner: listing.peer.user,
  ...shownAt(listing.peer, local),
  state: listing.peer.state,
});

export const userRow = (peer: Peer & { resources: number }, local: string): UserRow => ({
  user: peer.user,
  ...shownAt(peer, local),
  fingerprint: peer.fingerprint,
  state: peer.state,
  resources: peer.resources,
  udp: peer.udp,
  since: peer.since,
});

export const ownerRow = (listing: Listing, local: string, ticket: string): Owner => ({
  user: listing.peer.user,
  ...shownAt(listing.peer, local),
  fingerprint: listing.peer.fingerprint,
  state: listing.peer.state,
  name: listing.name,
  modified: listing.modified,
  ticket,
});

export const partialOwnerRow = (
  { fingerprint }: Session,
  at: PeerAddress,
  local: string,
  ticket: string,
): PartialOwner => ({ ...shownAt(at, local), fingerprint, ticket });

/** True where `viewer` may know of what `owner` shares with `to`. */
export const isVisible = (
  { owner, to }: { owner: UserName; to?: readonly UserName[] | undefined },
  viewer: UserName | undefined,
): boolean => to === undefined || (viewer !== undefined && (viewer === owner || to.includes(viewer)));
