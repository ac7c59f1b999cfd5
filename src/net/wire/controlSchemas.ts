import { z } from 'zod';
import { contentId, fingerprint, instanceId, sessionId } from '../../base/ids.ts';
import { resourceName, userName } from '../../base/names.ts';
import {
  type Announcement,
  type Change,
  type Choice,
  dialects,
  type PartialOwner,
  type Reach,
  type ResourceRow,
  type UnverifiedChoice,
  type UserRow,
} from '../../base/roll.ts';
import {
  type ClientCalls,
  maxAudience,
  maxBatch,
  maxDescriptionBytes,
  maxLinkSeconds,
  maxPage,
  maxPartialIds,
  maxPartialOwners,
  maxSpellingCharacters,
  maxStampCharacters,
  maxWatched,
  minLinkSeconds,
  type Notice,
  type Notices,
  type TrackerCalls,
} from './control.ts';
import { parsed } from './parsed.ts';
import { said } from './said.ts';
import { maxLinkUses } from './ticket.ts';

/** What each message of `control.ts` has to look like: every field with a limit. */

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
/** When the asker says that it asks: a word of its own, kept as it is. */
const stamped = { stamp: z.string().min(1).max(maxStampCharacters).optional() };
const page = { limit: z.number().int().min(1).max(maxPage).optional(), cursor: cursor.optional() };
const description = z
  .string()
  .refine(
    (text) => new TextEncoder().encode(text).length <= maxDescriptionBytes,
    `longer than ${maxDescriptionBytes} bytes`,
  );
const located = {
  owner: user.optional(),
  linkSeconds: z.number().int().min(minLinkSeconds).max(maxLinkSeconds).optional(),
  linkUses: z.number().int().min(1).max(maxLinkUses).optional(),
  linkPlain: z.boolean().optional(),
  ...page,
  ...stamped,
};
const absent = z.undefined().optional();
const nothing: z.ZodType<Record<string, never>> = z
  .object({})
  .optional()
  .transform(() => ({}));

const address = z.string().max(64);

const described = { name: resource, id: content, size: whole, kind, description, modified: whole };
const announcement: z.ZodType<Announcement> = z.object({ ...described, to: z.array(user).max(maxAudience).optional() });
const dialect = z.enum(dialects);
const unknown = { name: resource, id: z.null(), size: z.null(), kind: z.literal('file'), description, modified: whole };
const at = { owner: user, address, port, state };
const verifiedRow = z.object({ ...described, ...at });
const unverifiedRow = z.object({ ...unknown, ...at });
const resourceRow: z.ZodType<ResourceRow> = z.union([verifiedRow, unverifiedRow]);
const userRow: z.ZodType<UserRow> = z.object({
  user,
  address,
  port,
  fingerprint: print.optional(),
  state,
  resources: whole,
  udp: z.enum(['ok', 'blocked']),
  since: whole,
});
const ticket = z.string().max(4096);
const owner = z.object({
  user,
  address,
  port,
  fingerprint: print,
  state,
  name: resource,
  modified: whole,
  ticket,
});
const partialOwner: z.ZodType<PartialOwner> = z.object({ address, port, fingerprint: print, ticket });
const unverifiedOwner = z.object({
  user,
  address,
  port,
  state,
  name: resource,
  modified: whole,
  dialect,
  spelling: z.string().min(1).max(maxSpellingCharacters),
});
const unverifiedChoice: z.ZodType<UnverifiedChoice> = z.object({
  id: z.null(),
  size: z.null(),
  kind: z.literal('file'),
  description,
  owners: z.tuple([unverifiedOwner]),
});
const choice: z.ZodType<Choice> = z.object({
  id: content,
  size: whole,
  kind,
  description,
  owners: z.array(owner).min(1),
  partial: z.array(partialOwner).max(maxPartialOwners),
});
const reach: z.ZodType<Reach> = z.object({ reachable: z.boolean(), reason: said.optional() });
const change: z.ZodType<Change> = z.union([
  z.object({ change: z.literal('joined'), user, address, port }),
  z.object({ change: z.literal('left'), user, address, port, why: said }),
  z.object({ change: z.literal('state'), user, address, port, state }),
  z.object({ change: z.literal('announced'), ...verifiedRow.shape }),
  z.object({ change: z.literal('announced'), ...unverifiedRow.shape }),
  z.object({ change: z.literal('withdrawn'), owner: user, address, port, name: resource, id: content.nullable() }),
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
      dialects: z.array(dialect).max(dialects.length).optional(),
      agent: z.string().max(100),
      ...stamped,
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
  unregister: { params: z.object({ user, ...stamped }), result: nothing },
  account: { params: z.object({ user }), result: z.object({ registered: z.boolean() }) },
  announce: {
    params: z.object({ resources: z.array(announcement).min(1).max(maxBatch), ...stamped }),
    result: nothing,
  },
  withdraw: {
    params: z.object({ names: z.array(resource).min(1).max(maxBatch), ...stamped }),
    result: nothing,
  },
  partial: { params: z.object({ ids: z.array(content).max(maxPartialIds) }), result: nothing },
  find: {
    params: z.object({ pattern: z.string().max(1024).optional(), owner: user.optional(), ...page, ...stamped }),
    result: z.object({ rows: z.array(resourceRow), next: cursor.optional() }),
  },
  locate: {
    params: z.union([
      z.object({ name: resource, id: absent, ...located }),
      z.object({ id: content, name: absent, ...located }),
    ]),
    result: z.object({
      choices: z.array(choice),
      unverified: z.array(unverifiedChoice).optional(),
      next: cursor.optional(),
    }),
  },
  users: {
    params: z.object({ ...page, ...stamped }),
    result: z.object({ rows: z.array(userRow), next: cursor.optional() }),
  },
  subscribe: { params: nothing, result: nothing },
  watch: { params: z.object({ ids: z.array(content).max(maxWatched) }), result: nothing },
  report: { params: z.object({ address, port }), result: nothing },
  ping: { params: nothing, result: z.object({ time: whole }) },
  goodbye: { params: z.object(stamped).optional(), result: nothing },
};

export const clientMethods: Schemas<ClientCalls> = {
  probe: { params: nothing, result: nothing },
};

export const notices: { readonly [N in Notice]: z.ZodType<Notices[N]> } = {
  changes: z.object({ changes: z.array(change), missed: whole }),
  owners: z.object({ id: content }),
  reach,
  ended: z.object({ reason: said }),
};
