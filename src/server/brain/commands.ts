import type { ContentId, Fingerprint, InstanceId, SessionId } from '../../base/ids.ts';
import type { ResourceName, UserName } from '../../base/names.ts';
import type {
  Announced,
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

type Nothing = Record<never, never>;

/**
 * What the tracker can be asked, whatever the dialect that it is asked in. Every dialect is a codec onto these; none of
 * them knows a wire.
 */
interface Commands {
  /**
   * Binds a name to the caller's key, or finds it bound so. Whoever shows no key gets a name that nobody has, and
   * anybody without one can free it.
   */
  register: { asks: { user: UserName }; gets: Nothing };
  /** Frees a name of the caller's, and ends every session that goes by it. */
  unregister: { asks: { user: UserName }; gets: Nothing };
  /** Opens the caller's session, or takes it over from an older connection of the same instance. */
  connect: { asks: Presence; gets: Connected };
  /** Ends the caller's session at once. */
  disconnect: { asks: Nothing; gets: Nothing };
  announce: { asks: { resources: readonly Announced[] }; gets: Nothing };
  /** `spellings` is what their owner calls them, for the trail. */
  withdraw: { asks: { names: readonly ResourceName[]; spellings?: readonly string[] | undefined }; gets: Nothing };
  /** The contents of which the caller's session has pieces to serve. */
  partial: { asks: { ids: readonly ContentId[] }; gets: Nothing };
  find: { asks: FindRequest & Spoken; gets: Page<ResourceRow> };
  locate: { asks: Wanted; gets: Located & { next?: string | undefined } };
  users: { asks: PageRequest; gets: Page<UserRow> };
  /** From here on the caller is told what changes. */
  subscribe: { asks: Nothing; gets: Nothing };
  /** From here on the caller is told when who has these contents changes, and of no others. */
  watch: { asks: { ids: readonly ContentId[] }; gets: Nothing };
  /** A downloader could not reach the peer there. */
  report: { asks: PeerAddress; gets: Nothing };
  /** As whom somebody registered that goes by this name, with a key or without; nobody did where it is missing. */
  account: { asks: { user: UserName }; gets: { user?: UserName | undefined } };
  ping: { asks: Nothing; gets: { time: number } };
}

export type CommandName = keyof Commands;

/** A discriminated union, told apart by `command`; `Command<'find'>` is one of it. */
export type Command<Name extends CommandName = CommandName> = {
  [N in Name]: { command: N } & Commands[N]['asks'];
}[Name];

export type Outcome<Name extends CommandName> = Commands[Name]['gets'];

export interface Presence {
  /** Without one the session is never listed: how a client tests its network, or passes pieces on. */
  user?: UserName | undefined;
  instance: InstanceId;
  /** Where the peer serves; without it the session is not listed. */
  port?: number | undefined;
  /** The dialects that the peer's port answers. */
  dialects?: readonly Dialect[] | undefined;
  /** Program and version, for the log. */
  agent: string;
}

export interface Connected {
  session: SessionId;
  epoch: number;
  /** True where the session was there already, with what it shares. */
  resumed: boolean;
  heartbeatKey: Uint8Array;
  heartbeatMs: number;
  evictAfterMs: number;
  /** Milliseconds since 1970. */
  time: number;
  address: string;
  reach: Reach;
}

/** Only what is at peers whose port answers this dialect. */
interface Spoken {
  dialect?: Dialect | undefined;
}

export type Wanted = PageRequest &
  Spoken & {
    owner?: UserName | undefined;
    /** The tickets are for links, good for so many seconds. */
    linkSeconds?: number | undefined;
    /** Each of them for so many downloads. */
    linkUses?: number | undefined;
    /** And over plain HTTP too. */
    linkPlain?: boolean | undefined;
  } & ({ name: ResourceName; id?: undefined } | { id: ContentId; name?: undefined });

/** What the tracker tells without being asked. One value may go to many connections. */
export type Told =
  | { told: 'changes'; changes: readonly Change[]; missed: number }
  | { told: 'owners'; id: ContentId }
  | { told: 'reach'; reach: Reach };

/** The tracker's end of a connection, in whatever dialect: what the brain asks of a shell. */
export interface Connection {
  /**
   * Of the key that the other side has shown. Where its dialect has none, a name that is bound to a key is refused to it,
   * and it gets no tickets.
   */
  readonly fingerprint?: Fingerprint | undefined;
  /** What is spoken on it, as the audit trail has it. */
  readonly dialect: Dialect | 'native';
  /** The other side's address, as it is seen. */
  readonly remote: string;
  /** The tracker's own address on this connection. */
  readonly local: string;
  /** Bytes that the other side has not taken yet. */
  readonly unreadBytes: number;
  tell(told: Told): void;
  /** Asks for a sign of life, which all bytes are. `answered` is called for the answer itself, where there is such a thing. */
  probe(answered?: () => void): void;
  /** Says why the session ended for good, where `reason` is given, and closes, once what is being answered is answered. */
  end(reason?: string): void;
  /** Closes at once. */
  drop(): void;
}
