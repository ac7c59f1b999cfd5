import { contentId, fingerprint, instanceId, sessionId } from '../../../src/base/ids.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import type { ResourceRow, UserRow } from '../../../src/base/roll.ts';
import type { ClientCalls, Notice, Notices, TrackerCalls } from '../../../src/net/wire/control.ts';
import { type Message, type RpcError, rpcCodes } from '../../../src/net/wire/jsonRpc.ts';
import ticket from './golden/ticket.json' with { type: 'json' };

/** What golden/control.jsonl says, line for line, as values: each method once, what can go wrong, and every notice. */

type Calls = TrackerCalls & ClientCalls;

const asked = <M extends keyof Calls>(
  id: number,
  method: M,
  params: Calls[M]['params'],
  result: Calls[M]['result'],
): Message[] => [
  { type: 'request', id, method, params },
  { type: 'result', id, result },
];
const refused = <M extends keyof Calls>(
  id: number,
  method: M,
  params: Calls[M]['params'],
  error: RpcError,
): Message[] => [
  { type: 'request', id, method, params },
  { type: 'error', id, error },
];
const told = <N extends Notice>(method: N, params: Notices[N]): Message => ({ type: 'notification', method, params });

const bob = userName('Bob');
const sally = userName('Sally');
const id = contentId(ticket.claims.cid);
const atBob = { address: '192.168.1.200', port: 55_211 };
const described = {
  name: resourceName('test.txt'),
  id,
  size: 3,
  kind: 'file',
  description: 'three letters',
  modified: 1_893_450_000_000,
} as const;
const carol = userName('Carol');
const atCarol = { address: '192.168.1.31', port: 40_001 };
const unverifiedRow: ResourceRow = {
  name: resourceName('test.txt'),
  id: null,
  size: null,
  kind: 'file',
  description: '',
  modified: 1_893_450_000_000,
  owner: carol,
  ...atCarol,
  state: 'alive',
};
const row: ResourceRow = { ...described, owner: bob, ...atBob, state: 'alive' };
const userRow: UserRow = {
  user: bob,
  ...atBob,
  fingerprint: fingerprint(ticket.claims.aud),
  state: 'alive',
  resources: 1,
  udp: 'ok',
  since: 1_893_455_000_000,
};

export const conversation: readonly Message[] = [
  ...asked(
    1,
    'register',
    {
      user: sally,
      instance: instanceId('5ca1ab1e'.repeat(4)),
      peerPort: 62_102,
      dialects: ['hello', 'fields'],
      agent: 'rollcall/0.1.0',
      stamp: '2030-01-01T01:00:00.000+01:00',
    },
    {
      session: sessionId(33_139_967_655_943),
      epoch: 1,
      resumed: false,
      heartbeatKey: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
      heartbeatMs: 2000,
      evictAfterMs: 12_000,
      time: 1_893_456_000_000,
      address: '192.168.1.109',
      reach: { reachable: true },
    },
  ),
  ...refused(
    2,
    'register',
    { user: bob, instance: instanceId('5ca1ab1e'.repeat(4)), agent: 'rollcall/0.1.0' },
    { code: rpcCodes.named, message: '"Bob" belongs to another key: choose another name', name: 'name-taken' },
  ),
  ...asked(3, 'announce', { resources: [{ ...described, to: [bob, userName('Zoë Ω')] }] }, {}),
  ...asked(4, 'withdraw', { names: [resourceName('test.txt'), resourceName('Ünïcode 🎉.tar.gz')] }, {}),
  ...asked(5, 'partial', { ids: [id] }, {}),
  ...asked(6, 'find', { pattern: 'TEST', owner: bob, limit: 1 }, { rows: [row], next: 'WyJ0ZXN0LnR4dCIsMV0' }),
  ...asked(7, 'find', { limit: 1, cursor: 'WyJ0ZXN0LnR4dCIsMV0' }, { rows: [unverifiedRow] }),
  ...asked(
    8,
    'locate',
    { name: resourceName('test.txt') },
    {
      choices: [
        {
          id,
          size: 3,
          kind: 'file',
          description: 'three letters',
          owners: [
            {
              user: bob,
              ...atBob,
              fingerprint: fingerprint(ticket.claims.aud),
              state: 'alive',
              name: resourceName('test.txt'),
              modified: 1_893_450_000_000,
              ticket: ticket.jwt,
            },
          ],
          partial: [
            {
              address: '192.168.1.201',
              port: 55_212,
              fingerprint: fingerprint(ticket.claims.aud),
              ticket: ticket.jwt,
            },
          ],
        },
      ],
      unverified: [
        {
          id: null,
          size: null,
          kind: 'file',
          description: '',
          owners: [
            {
              user: carol,
              ...atCarol,
              state: 'alive',
              name: resourceName('test.txt'),
              modified: 1_893_450_000_000,
              dialect: 'fields',
              spelling: '/home/carol/test.txt',
            },
          ],
        },
      ],
    },
  ),
  ...asked(9, 'locate', { id, owner: sally, linkSeconds: 86_400, linkUses: 3, linkPlain: true }, { choices: [] }),
  ...asked(10, 'users', { limit: 200 }, { rows: [userRow] }),
  ...asked(11, 'subscribe', {}, {}),
  ...asked(12, 'watch', { ids: [id] }, {}),
  ...asked(13, 'report', atBob, {}),
  ...asked(14, 'ping', {}, { time: 1_893_456_001_500 }),
  ...refused(
    15,
    'unregister',
    { user: bob },
    { code: rpcCodes.named, message: '"Bob" belongs to another key: only its holder can free it', name: 'refused' },
  ),
  ...asked(16, 'unregister', { user: sally }, {}),
  ...asked(17, 'account', { user: sally }, { registered: false }),
  ...asked(18, 'goodbye', {}, {}),
  ...asked(1, 'probe', {}, {}),
  told('owners', { id }),
  told('reach', { reachable: false, reason: 'nothing answers at 192.168.1.109, port 62102' }),
  told('changes', {
    changes: [
      { change: 'joined', user: bob, ...atBob },
      { change: 'announced', ...row },
      { change: 'state', user: bob, ...atBob, state: 'suspect' },
      { change: 'withdrawn', owner: bob, ...atBob, name: resourceName('test.txt'), id },
      { change: 'left', user: bob, ...atBob, why: 'said goodbye' },
    ],
    missed: 0,
  }),
  told('ended', { reason: 'the name "Sally" was unregistered' }),
  { type: 'error', id: null, error: { code: rpcCodes.parse, message: 'a message is not JSON', name: 'bad-message' } },
  {
    type: 'error',
    id: null,
    error: { code: rpcCodes.named, message: 'a message is longer than 262144 bytes', name: 'limit' },
  },
  { type: 'error', id: 18, error: { code: rpcCodes.methodNotFound, message: 'there is no method "dance"' } },
  {
    type: 'error',
    id: 19,
    error: {
      code: rpcCodes.invalidParams,
      message: 'find: limit: Too big: expected number to be <=200',
      name: 'usage',
    },
  },
];
