import { z } from 'zod';
import {
  type ContentId,
  contentId,
  fingerprint,
  type InstanceId,
  instanceId,
  type SessionId,
  sessionId,
} from '../../base/ids.ts';
import { type ResourceName, resourceName, type UserName, userName } from '../../base/names.ts';
import type {
  Announcement,
  Change,
  Choice,
  FindRequest,
  Page,
  PageRequest,
  PeerAddress,
  Reach,
  ResourceRow,
  UserRow,
} from '../../base/roll.ts';
import { parsed } from './parsed.ts';
import { said } from './said.ts';

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

type None = Record<string, never>;

export interface Registration {
  /** Without one the session has heartbeats and is dialled back, yet is never listed: how a client tests its network. */
  user?: UserName | undefined;
  /** The client's run: a registration of the same one takes over its session. */
  instance: InstanceId;
  /** Where this peer serves. Without one it acts as the user, and is not listed. */
  peerPort?: number | undefined;
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

export type LocateRequest = PageRequest & {
  owner?: UserName | undefined;
} & ({ name: ResourceName; id?: undefined } | { id: ContentId; name?: undefined });

/** What a client asks of the tracker. */
export interface TrackerCalls {
  /** Says who this connection is; binds the name to its key where nobody has it yet. */
  register: { params: Registration; result: Registered };
  /** Frees the name of this connection's key; ends every session of it. */
  unregister: { params: { user: UserName }; result: None };
  /** Adds resources, or replaces those of the same names: all of them or none. */
  announce: { params: { resources: Announcement[] }; result: None };
  withdraw: { params: { names: ResourceName[] }; result: None };
  /** What is shared, sorted by name. */
  find: { params: FindRequest; result: Page<ResourceRow> };
  /** Who has a name or a content, grouped by content, with tickets. Nobody is an empty list. */
  locate: { params: LocateRequest; result: { choices: Choice[]; next?: string | undefined } };
  users: { params: PageRequest; result: Page<UserRow> };
  /** From here on this connection gets `changes`. */
  subscribe: { params: None; result: None };
  /** A downloader could not reach this owner; the tracker looks for itself. */
  report: { params: PeerAddress; result: None };
  /** Is the tracker there, and what does its wall clock say? */
  ping: { params: None; result: { time: number } };
  goodbye: { params: None; result: None };
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
  /** Whether others can reach this peer, when that changes. */
  reach: Reach;
  /** The tracker ends this session and closes the connection. */
  ended: { reason: string };
}

export type TrackerMethod = keyof TrackerCalls;
export type Notice = keyof Notices;

const user = parsed(z.string().max(256), userName);
const resource = parsed(z.string().max(1024), resourceName);
const content = parsed(z.string(), contentId);
const print = parsed(z.string(), fingerprint);
const whole = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
/**
 * Milliseconds between two beats, or of silence. Nobody is made to beat more than a hundred times a second, and a day
 * is well below the 2^31 ms at which timers overflow and fire at once.
 */
const interval = z.number().int().min(10).max(86_400_000);
/** 32 bytes in base64 (RFC 4648, section 4): the last digit holds 4 bits. */
const heartbeatKey = z.string().regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, 'not 32 bytes in base64');
const port = z.number().int().min(1024).max(65_535);
const state = z.enum(['alive', 'suspect']);
const kind = z.enum(['file', 'folder']);
const cursor = z.string().max(2048);
const page = { limit: z.number().int().min(1).max(maxPage).optional(), cursor: cursor.optional() };
const description = z
  .string()
  .refine(
    (text) => new TextEncoder().encode(text).length <= maxDescriptionBytes,
    `longer than ${maxDescriptionBytes} bytes`,
  );
const absent = z.undefined().optional();
const nothing: z.ZodType<None> = z
  .object({})
  .optional()
  .transform(() => ({}));

const address = z.string().max(64);

const described = { name: resource, id: content, size: whole, kind, description, modified: whole };
const announcement: z.ZodType<Announcement> = z.object({ ...described, to: z.array(user).max(maxAudience).optional() });
const resourceRow = z.object({ ...described, owner: user, address, port, state });
const userRow: z.ZodType<UserRow> = z.object({
  user,
  address,
  port,
  fingerprint: print,
  state,
  resources: whole,
  udp: z.enum(['ok', 'blocked']),
  since: whole,
});
const owner = z.object({
  user,
  address,
  port,
  fingerprint: print,
  state,
  name: resource,
  modified: whole,
  ticket: z.string().max(4096),
});
const choice: z.ZodType<Choice> = z.object({
  id: content,
  size: whole,
  kind,
  description,
  owners: z.array(owner).min(1),
});
const reach: z.ZodType<Reach> = z.object({ reachable: z.boolean(), reason: said.optional() });
const change: z.ZodType<Change> = z.discriminatedUnion('change', [
  z.object({ change: z.literal('joined'), user, address, port }),
  z.object({ change: z.literal('left'), user, address, port, why: said }),
  z.object({ change: z.literal('state'), user, address, port, state }),
  z.object({ change: z.literal('announced'), ...resourceRow.shape }),
  z.object({ change: z.literal('withdrawn'), owner: user, address, port, name: resource, id: content }),
]);

type Schemas<Calls extends Record<keyof Calls, { params: unknown; result: unknown }>> = {
  readonly [M in keyof Calls]: {
    params: z.ZodType<Calls[M]['params']>;
    result: z.ZodType<Calls[M]['result']>;
  };
};

export const trackerMethods: Schemas<TrackerCalls> = {
  register: {
    params: z.object({
      user: user.optional(),
      instance: parsed(z.string(), instanceId),
      peerPort: port.optional(),
      agent: z.string().max(100),
    }),
    result: z.object({
      session: parsed(z.number(), sessionId),
      epoch: whole,
      resumed: z.boolean(),
      heartbeatKey,
      heartbeatMs: interval,
      evictAfterMs: interval,
      time: whole,
      address,
      reach,
    }),
  },
  unregister: { params: z.object({ user }), result: nothing },
  announce: { params: z.object({ resources: z.array(announcement).min(1).max(maxBatch) }), result: nothing },
  withdraw: { params: z.object({ names: z.array(resource).min(1).max(maxBatch) }), result: nothing },
  find: {
    params: z.object({ pattern: z.string().max(1024).optional(), owner: user.optional(), ...page }),
    result: z.object({ rows: z.array(resourceRow), next: cursor.optional() }),
  },
  locate: {
    params: z.union([
      z.object({ name: resource, id: absent, owner: user.optional(), ...page }),
      z.object({ id: content, name: absent, owner: user.optional(), ...page }),
    ]),
    result: z.object({ choices: z.array(choice), next: cursor.optional() }),
  },
  users: { params: z.object(page), result: z.object({ rows: z.array(userRow), next: cursor.optional() }) },
  subscribe: { params: nothing, result: nothing },
  report: { params: z.object({ address, port }), result: nothing },
  ping: { params: nothing, result: z.object({ time: whole }) },
  goodbye: { params: nothing, result: nothing },
};

export const clientMethods: Schemas<ClientCalls> = {
  probe: { params: nothing, result: nothing },
};

export const notices: { readonly [N in Notice]: z.ZodType<Notices[N]> } = {
  changes: z.object({ changes: z.array(change), missed: whole }),
  reach,
  ended: z.object({ reason: said }),
};
