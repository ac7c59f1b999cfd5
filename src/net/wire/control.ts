import type { ContentId, InstanceId, SessionId } from '../../base/ids.ts';
import type { ResourceName, UserName } from '../../base/names.ts';
import type {
  Announcement,
  Change,
  Dialect,
  FindRequest,
  Located,
  Page,
  PageRequest,
  PeerAddress,
  Reach,
  ResourceRow,
  UserRow,
} from '../../base/roll.ts';

/** The protocol and its version, as the application protocol (ALPN, RFC 7301) of the TLS connection. */
export const controlProtocol = 'rollcall/1';

/** Longest description of a resource, bytes of UTF-8. */
export const maxDescriptionBytes = 1000;
/** Most resources in one `announce` or `withdraw`: plain ones fit in a line with room to spare; long audiences take fewer. */
export const maxBatch = 100;
/** Most rows that one page of a list may ask for. */
export const maxPage = 200;
/** Most names that one resource may be shared `--to`. */
export const maxAudience = 100;
/** Most contents that one session passes on pieces of: 67 kB of a line, and more than a person downloads in one run. */
export const maxPartialIds = 1000;
/** Most partial owners that one page names: more than a downloader talks to at once, and 50 kB of a line. */
export const maxPartialOwners = 50;
/** Most contents whose owners one connection is told of: downloads that go on at once. */
export const maxWatched = 100;
/** Life of a link's ticket, seconds: long enough to paste it somewhere, and forgotten within a day. */
export const minLinkSeconds = 60;
export const maxLinkSeconds = 86_400;

/** Longest word of when a client asked, characters: ISO 8601 with a zone takes 35. */
export const maxStampCharacters = 64;
/** Longest name that a dialect's owner calls a file by, characters. */
export const maxSpellingCharacters = 1024;

type None = Record<string, never>;

/** What is written down with an operation: when its client says that it asked, in ISO 8601. */
export interface Stamped {
  stamp?: string | undefined;
}

export interface Registration extends Stamped {
  /**
   * Without one the session has heartbeats and is dialled back, yet is never listed: how a client tests its network, and
   * how it passes pieces on without a name.
   */
  user?: UserName | undefined;
  /** The client's run: a registration of the same one takes over its session. */
  instance: InstanceId;
  /** Where this peer serves. Without one it acts as the user, and is not listed. */
  peerPort?: number | undefined;
  /** The dialects of older systems that this peer's port answers, unencrypted, for what it announces to everybody. */
  dialects?: Dialect[] | undefined;
  /** Program and version, for the log. */
  agent: string;
}

export interface Registered {
  session: SessionId;
  /** Counts this instance's registrations; what an older one says no longer counts. */
  epoch: number;
  /** True where the tracker still had this instance's resources. */
  resumed: boolean;
  /** 32 bytes in base64: keys the heartbeats of this epoch. */
  heartbeatKey: string;
  heartbeatMs: number;
  evictAfterMs: number;
  /** The tracker's wall clock, milliseconds since 1970, to judge the times in tickets by. */
  time: number;
  /** This client's address as the tracker sees it. */
  address: string;
  /** What dialling the peer port back gave. Until it can be reached, the peer is not listed. */
  reach: Reach;
}

export type LocateRequest = PageRequest &
  Stamped & {
    owner?: UserName | undefined;
    /** The tickets are for links, bound to no key and good for so many seconds; then no partial owner is named. */
    linkSeconds?: number | undefined;
    /** Each of them for so many downloads. */
    linkUses?: number | undefined;
    /** And over plain HTTP too. */
    linkPlain?: boolean | undefined;
  } & ({ name: ResourceName; id?: undefined } | { id: ContentId; name?: undefined });

/** What a client asks of the tracker. */
export interface TrackerCalls {
  /** Says who this connection is; binds the name to its key where nobody has it yet. */
  register: { params: Registration; result: Registered };
  /** Frees the name of this connection's key; ends every session of it. */
  unregister: { params: { user: UserName } & Stamped; result: None };
  /** Whether anybody has a name at all. */
  account: { params: { user: UserName }; result: { registered: boolean } };
  /** Adds resources, or replaces those of the same names: all of them or none. */
  announce: { params: { resources: Announcement[] } & Stamped; result: None };
  withdraw: { params: { names: ResourceName[] } & Stamped; result: None };
  /** The contents of which this session has pieces to serve, in place of those that it said before. */
  partial: { params: { ids: ContentId[] }; result: None };
  /** What is shared, sorted by name. */
  find: { params: FindRequest & Stamped; result: Page<ResourceRow> };
  /** Who has a name or a content, grouped by content, with tickets. Nobody is an empty list. */
  locate: { params: LocateRequest; result: Located & { next?: string | undefined } };
  users: { params: PageRequest & Stamped; result: Page<UserRow> };
  /** From here on this connection gets `changes`. */
  subscribe: { params: None; result: None };
  /** From here on this connection gets `owners` for these contents, and for no others. */
  watch: { params: { ids: ContentId[] }; result: None };
  /** A downloader could not reach this owner; the tracker looks for itself. */
  report: { params: PeerAddress; result: None };
  /** Is the tracker there, and what does its wall clock say? */
  ping: { params: None; result: { time: number } };
  goodbye: { params: Stamped | undefined; result: None };
}

/** What the tracker asks of a client. */
export interface ClientCalls {
  /** Answer, and send a heartbeat at once. */
  probe: { params: None; result: None };
}

/** What the tracker tells a client without being asked. */
export interface Notices {
  /** What happened since the last such notice. `missed` counts what did not fit: list anew. */
  changes: { changes: Change[]; missed: number };
  /** Who has a watched content, whole or in part, has changed: locate it anew. */
  owners: { id: ContentId };
  /** Whether others can reach this peer, when that changes. */
  reach: Reach;
  /** The tracker ends this session and closes the connection. */
  ended: { reason: string };
}

export type TrackerMethod = keyof TrackerCalls;
export type Notice = keyof Notices;
