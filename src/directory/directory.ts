import type { ContentId, Fingerprint, SessionId } from '../base/ids.ts';
import type { ResourceName, UserName } from '../base/names.ts';
import type { Announced, Dialect, PageRequest, PeerState } from '../base/roll.ts';

/**
 * Who is here and what they share: the port that a tracker asks. Asynchronous, since a store that many trackers share
 * may stand behind it. Liveness is not in it: a heartbeat never touches it, only what follows from one does.
 */
export interface Directory {
  /** Lists a peer, or replaces what is known of its session; its resources stay. */
  join(peer: Peer): Promise<void>;
  /** Changes what is known of a session that is listed; does nothing for another. */
  update(session: SessionId, change: Partial<Pick<Peer, 'state' | 'udp'>>): Promise<void>;
  /** Takes a session off with all that it shares, which is returned. */
  leave(session: SessionId): Promise<Listing[]>;
  /**
   * Adds resources, or replaces those of the same names in that session: all of them or none. Of two of one name the
   * later counts. Returns what is listed now.
   * @throws RollcallError `limit` where it would be too much, `not-found` where the session has not joined
   */
  announce(session: SessionId, resources: readonly Announced[]): Promise<Listing[]>;
  /** Takes resources off; returns those that were there. */
  withdraw(session: SessionId, names: readonly ResourceName[]): Promise<Listing[]>;
  /**
   * By name without its case, then name, then the alive first, then content id, user, session. Texts are in the order of
   * their code points, which is that of their UTF-8 bytes.
   */
  find(query: FindQuery): Promise<Matches<Listing>>;
  /** Every listing of one name or one content: by content id, of one content the alive first, then user, session, name. */
  locate(query: LocateQuery): Promise<Located>;
  /** The peers: the alive first, then by user, session. */
  peers(query: PageRequest): Promise<Matches<Peer & { resources: number }>>;
  counts(): Promise<Counts>;
}

export interface Counts {
  peers: number;
  resources: number;
  /** Different content ids; those of a session that has left may still be counted while it is being taken off. */
  contents: number;
}

export interface Peer {
  session: SessionId;
  user: UserName;
  /** Missing where it has shown no key. */
  fingerprint?: Fingerprint | undefined;
  /** The dialects that its port answers. */
  dialects: readonly Dialect[];
  address: string;
  port: number;
  state: PeerState;
  udp: 'ok' | 'blocked';
  /** Milliseconds since 1970. */
  since: number;
}

/** A resource at one of its owners; told apart by `id`. */
export type Listing = Announced & { peer: Peer };

/** Who asks: what is shared with named users only is there for them and its owner alone. */
interface Viewed extends PageRequest {
  viewer?: UserName | undefined;
  /** Only what is at peers whose port answers this dialect. */
  dialect?: Dialect | undefined;
}

export interface FindQuery extends Viewed {
  /** Substring of the name, both without their case (Unicode's, not ASCII's) and in NFC; everything where it is missing or empty. */
  pattern?: string | undefined;
  owner?: UserName | undefined;
}

export type LocateQuery = Viewed & { owner?: UserName | undefined } & (
    | { name: ResourceName; id?: undefined }
    | { id: ContentId; name?: undefined }
  );

/** A page of those who have something. */
export interface Located extends Matches<Listing> {
  /** The content that the page before ended with, which may go on in this one; nothing in the first page. */
  after?: ContentId | undefined;
}

/**
 * A page, of 100 rows where the query has no limit. Each match comes with the cursor that asks for what follows it, so
 * that a caller may stop early. A cursor names a place in the order, not a row: it stays good when rows come and go, and
 * who walks all pages sees each row that stays as it is exactly once.
 * @throws RollcallError `usage` for a cursor that such a list never gives out, and for a limit that is not 1 or more
 */
export interface Matches<Row> {
  matches: { row: Row; cursor: string }[];
  /** True where more follows the last match. */
  more: boolean;
}
