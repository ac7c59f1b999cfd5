import fc from 'fast-check';
import { contentId, fingerprint, instanceId, sessionId } from '../../../src/base/ids.ts';
import { type ResourceName, resourceName, type UserName, userName } from '../../../src/base/names.ts';
import type { Notice, Notices, TrackerCalls, TrackerMethod } from '../../../src/net/wire/control.ts';

/** Values of every message of the control protocol. */

const attempt = <Name>(parse: (text: string) => Name) => {
  return (text: string): Name[] => {
    try {
      return [parse(text)];
    } catch {
      return [];
    }
  };
};
const named = <Name>(parse: (text: string) => Name, some: string[]): fc.Arbitrary<Name> =>
  fc
    .oneof(fc.constantFrom(...some), fc.string({ unit: 'grapheme', maxLength: 30 }), fc.string({ maxLength: 30 }))
    .map(attempt(parse))
    .filter((names) => names.length === 1)
    .map(([name]) => name as Name);
const hex = (digits: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: digits, maxLength: digits });

export const name: fc.Arbitrary<ResourceName> = named(resourceName, ['__proto__', 'constructor', 'Ünïcode 🎉.tar.gz']);
const user: fc.Arbitrary<UserName> = named(userName, ['__proto__', 'Zoë Ω', 'a']);
const id = hex(64).map(contentId);
const print = hex(64).map(fingerprint);
const whole = fc.maxSafeNat();
const port = fc.integer({ min: 1024, max: 65_535 });
const interval = fc.integer({ min: 10, max: 86_400_000 });
const address = fc.oneof(fc.ipV4(), fc.ipV6());
const text = fc.string({ unit: 'binary', maxLength: 250 });
const state = fc.constantFrom('alive', 'suspect');
const kind = fc.constantFrom('file', 'folder');
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const many = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { maxLength: 5 });
const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { minLength: 1, maxLength: 5 });
const nothing = fc.constant({});
const place = { address, port };
const page = { limit: maybe(fc.integer({ min: 1, max: 200 })), cursor: maybe(fc.string()) };
const next = maybe(fc.string());
const described = { name, id, size: whole, kind, description: text, modified: whole };
const row = fc.record({ ...described, owner: user, ...place, state });
const reach = fc.record({ reachable: fc.boolean(), reason: maybe(text) });
const partialOwner = fc.record({ ...place, fingerprint: print, ticket: fc.string() });
const located = {
  owner: maybe(user),
  linkSeconds: maybe(fc.integer({ min: 60, max: 86_400 })),
  linkUses: maybe(fc.integer({ min: 1, max: 1000 })),
  linkPlain: maybe(fc.boolean()),
  ...page,
};
const owner = fc.record({ user, ...place, fingerprint: print, state, name, modified: whole, ticket: fc.string() });

export const calls = {
  register: {
    params: fc.record({
      user: maybe(user),
      instance: hex(32).map(instanceId),
      peerPort: maybe(port),
      agent: fc.string(),
    }),
    result: fc.record({
      session: whole.map(sessionId),
      epoch: whole,
      resumed: fc.boolean(),
      heartbeatKey: fc
        .uint8Array({ minLength: 32, maxLength: 32 })
        .map((bytes) => Buffer.from(bytes).toString('base64')),
      heartbeatMs: interval,
      evictAfterMs: interval,
      time: whole,
      address,
      reach,
    }),
  },
  unregister: { params: fc.record({ user }), result: nothing },
  announce: {
    params: fc.record({ resources: some(fc.record({ ...described, to: maybe(many(user)) })) }),
    result: nothing,
  },
  partial: { params: fc.record({ ids: many(id) }), result: nothing },
  withdraw: { params: fc.record({ names: some(name) }), result: nothing },
  find: {
    params: fc.record({ pattern: maybe(text), owner: maybe(user), ...page }),
    result: fc.record({ rows: many(row), next }),
  },
  locate: {
    params: fc.oneof(fc.record({ name, ...located }), fc.record({ id, ...located })),
    result: fc.record({
      choices: many(
        fc.record({ id, size: whole, kind, description: text, owners: some(owner), partial: many(partialOwner) }),
      ),
      next,
    }),
  },
  users: {
    params: fc.record(page),
    result: fc.record({
      rows: many(
        fc.record({
          user,
          ...place,
          fingerprint: print,
          state,
          resources: whole,
          udp: fc.constantFrom('ok', 'blocked'),
          since: whole,
        }),
      ),
      next,
    }),
  },
  account: { params: fc.record({ user }), result: fc.record({ registered: fc.boolean() }) },
  subscribe: { params: nothing, result: nothing },
  watch: { params: fc.record({ ids: many(id) }), result: nothing },
  report: { params: fc.record(place), result: nothing },
  ping: { params: nothing, result: fc.record({ time: whole }) },
  goodbye: { params: nothing, result: nothing },
} as {
  [M in TrackerMethod]: {
    params: fc.Arbitrary<TrackerCalls[M]['params']>;
    result: fc.Arbitrary<TrackerCalls[M]['result']>;
  };
};

export const told = {
  owners: fc.record({ id }),
  reach,
  changes: fc.record({
    changes: many(
      fc.oneof(
        fc.record({ change: fc.constant('joined'), user, ...place }),
        fc.record({ change: fc.constant('left'), user, ...place, why: text }),
        fc.record({ change: fc.constant('state'), user, ...place, state }),
        fc.record({ change: fc.constant('announced'), ...described, owner: user, ...place, state }),
        fc.record({ change: fc.constant('withdrawn'), owner: user, ...place, name, id }),
      ),
    ),
    missed: whole,
  }),
  ended: fc.record({ reason: text }),
} as { [N in Notice]: fc.Arbitrary<Notices[N]> };
