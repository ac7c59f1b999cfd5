import type { ContentId, Fingerprint } from './ids.ts';
import type { ResourceName, UserName } from './names.ts';

/** What the roll tells: who is here, and who has what. Sizes are bytes, times are milliseconds since 1970. */

export type ResourceKind = 'file' | 'folder';

/**
 * The peer protocols of older systems, in which files go unencrypted and unproven. The roll carries the word for those
 * who speak it, and makes nothing of it.
 */
export const dialects = ['hello', 'versioned', 'hostname', 'fields'] as const;
export type Dialect = (typeof dialects)[number];

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

/** A file of a peer that speaks a dialect: nobody has said what is in it, and nothing of it can be verified. */
export interface UnverifiedResource {
  name: ResourceName;
  id: null;
  size: null;
  kind: 'file';
  description: string;
  /** When it was announced, by the tracker's clock. */
  modified: number;
  /** What its owner calls it, where that is not `name`: a path, as a rule. */
  spelling?: string | undefined;
  to?: undefined;
}

export type Announced = Announcement | UnverifiedResource;

/** A resource at one of its owners; told apart by `id`. */
export type ResourceRow = (Resource | Omit<UnverifiedResource, 'spelling' | 'to'>) &
  PeerAddress & { owner: UserName; state: PeerState };

export interface UserRow extends PeerAddress {
  user: UserName;
  /** Missing for a peer that has shown no key, since its dialect has none. */
  fingerprint?: Fingerprint | undefined;
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

/** A peer that has a file which nobody can verify, with what it takes to fetch it there. */
export interface UnverifiedOwner extends PeerAddress {
  user: UserName;
  state: PeerState;
  name: ResourceName;
  modified: number;
  /** How it is asked. */
  dialect: Dialect;
  /** What to ask it for. */
  spelling: string;
}

/** A file that nobody can verify: whoever has one of this name may have another file, so each owner is a choice. */
export interface UnverifiedChoice {
  id: null;
  size: null;
  kind: 'file';
  description: string;
  owners: [UnverifiedOwner];
}

/** What goes by a name: contents, and files that nobody can verify. */
export interface Located {
  choices: Choice[];
  /** Missing where there are none. */
  unverified?: UnverifiedChoice[] | undefined;
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
  | ({ change: 'withdrawn'; owner: UserName; name: ResourceName; id: ContentId | null } & PeerAddress);

/** Whether others can reach a peer, and if not, why. */
export interface Reach {
  reachable: boolean;
  reason?: string | undefined;
}
