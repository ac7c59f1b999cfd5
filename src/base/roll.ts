import type { ContentId, Fingerprint } from './ids.ts';
import type { ResourceName, UserName } from './names.ts';

/** What the roll tells: who is here, and who has what. Sizes are bytes, times are milliseconds since 1970. */

export type ResourceKind = 'file' | 'folder';

/** A suspect peer has been silent for a while: still listed, sorted last. */
export type PeerState = 'alive' | 'suspect';

/** Where a peer serves. */
export interface PeerAddress {
  address: string;
  port: number;
}

/** One content under one name, as its owner states it. */
export interface Resource {
  name: ResourceName;
  id: ContentId;
  /** For a folder, of all its files. */
  size: number;
  kind: ResourceKind;
  description: string;
  /** When the content last changed, by the owner's clock. */
  modified: number;
}

/** What a peer asks the tracker to list. */
export interface Announcement extends Resource {
  /** The only users whom it is listed for and ticketed to; everybody where it is missing. */
  to?: readonly UserName[] | undefined;
}

/** A resource at one of its owners. */
export interface ResourceRow extends Resource, PeerAddress {
  owner: UserName;
  state: PeerState;
}

export interface UserRow extends PeerAddress {
  user: UserName;
  fingerprint: Fingerprint;
  state: PeerState;
  resources: number;
  /** `blocked`: the session lives, yet no heartbeat datagram has come for a while. */
  udp: 'ok' | 'blocked';
  /** When the session was registered, by the tracker's clock. */
  since: number;
}

/** A peer that has a content, with what it takes to fetch it there. */
export interface Owner extends PeerAddress {
  user: UserName;
  fingerprint: Fingerprint;
  state: PeerState;
  name: ResourceName;
  modified: number;
  /** A JWT that lets the asker's key fetch this content from this owner. */
  ticket: string;
}

/**
 * A peer that has some pieces of a content, or got all of them without announcing the name: it serves what it has, and
 * is no choice for a person. It may go by no name.
 */
export interface PartialOwner extends PeerAddress {
  fingerprint: Fingerprint;
  /** As an owner's. */
  ticket: string;
}

/** One content that goes by the name that was asked for, with those who have it. */
export interface Choice {
  id: ContentId;
  size: number;
  kind: ResourceKind;
  description: string;
  owners: Owner[];
  /** At most some dozens, chosen by chance where there are more. */
  partial: PartialOwner[];
}

/** A page of a list; `next` asks for the one after it. */
export interface Page<Row> {
  rows: Row[];
  next?: string | undefined;
}

export interface PageRequest {
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** What to look for: names that contain `pattern` in any case, and what `owner` shares. */
export interface FindRequest extends PageRequest {
  pattern?: string | undefined;
  owner?: UserName | undefined;
}

/** Something that happened on the roll. */
export type Change =
  | ({ change: 'joined'; user: UserName } & PeerAddress)
  | ({ change: 'left'; user: UserName; why: string } & PeerAddress)
  | ({ change: 'state'; user: UserName; state: PeerState } & PeerAddress)
  | ({ change: 'announced' } & ResourceRow)
  | ({ change: 'withdrawn'; owner: UserName; name: ResourceName; id: ContentId } & PeerAddress);

/** Whether others can reach a peer, and if not, why. */
export interface Reach {
  reachable: boolean;
  reason?: string | undefined;
}
