import { expect, test } from 'vitest';
import type { RollcallError } from '../../../src/base/errors.ts';
import { fingerprint } from '../../../src/base/ids.ts';
import { silentLog } from '../../../src/base/log.ts';
import { resourceName } from '../../../src/base/names.ts';
import type { ReceivedNotice } from '../../../src/client/session/notices.ts';
import { Rpc } from '../../../src/client/session/rpc.ts';
import type { Link, StreamHandler } from '../../../src/net/transport/transport.ts';
import { maxLineBytes } from '../../../src/net/wire/lines.ts';
import { FakeClock, settle } from '../../support/fakeClock.ts';

/** A call site and the tracker's end of its link, in one turn. */
async function pair() {
  const clock = new FakeClock();
  const received: string[] = [];
  const queue = { bytes: 0 };
  let handler: StreamHandler | undefined;
  const closed = (): void => handler?.closed();
  const link: Link = {
    local: { host: '10.0.0.2', port: 50_000 },
    remote: { host: '10.0.0.1', port: 7450 },
    fingerprint: fingerprint('ab'.repeat(32)),
    publicKey: new Uint8Array(91),
    get queuedBytes() {
      return queue.bytes;
    },
    open(given) {
      handler = given;
    },
    write: (text) => void received.push(text.toString()),
    drained: async () => {},
    end: closed,
    destroy: closed,
  };
  const told = { probes: 0, heard: 0, notices: [] as ReceivedNotice[], lost: [] as RollcallError[] };
  const rpc = new Rpc({
    link,
    clock,
    log: silentLog,
    handlers: {
      heard() {
        told.heard += 1;
      },
      probe() {
        told.probes += 1;
      },
      notice: (notice) => void told.notices.push(notice),
      lost: (error) => void told.lost.push(error),
    },
  });
  const say = async (text: string | Uint8Array): Promise<void> => {
    await settle();
    handler?.data(Buffer.from(text));
    await settle();
  };
  return { clock, rpc, told, received, queue, say, hangUp: closed };
}

const limits = { ms: 1000 };

test('a call is one line with an id of its own, and takes the answer of that id', async () => {
  const { rpc, received, say } = await pair();
  const [first, second] = [rpc.call('ping', {}, limits), rpc.call('users', { limit: 5 }, limits)];
  await say('{"jsonrpc":"2.0","id":2,"result":{"rows":[]}}\n{"jsonrpc":"2.0","id":1,"result":{"time":5}}\n');
  expect(received.join('')).toBe(
    '{"jsonrpc":"2.0","id":1,"method":"ping","params":{}}\n' +
      '{"jsonrpc":"2.0","id":2,"method":"users","params":{"limit":5}}\n',
  );
  await expect(first).resolves.toEqual({ time: 5 });
  await expect(second).resolves.toEqual({ rows: [] });
});

test.each([
  ['{"code":-32000,"message":"no","data":{"name":"limit"}}', 'limit', 'no'],
  ['{"code":-32000,"message":"no","data":{"name":"constructor"}}', 'fault', 'the tracker failed: no'],
  ['{"code":-32601,"message":"no"}', 'bad-message', 'of another version: no'],
  ['{"code":-32602,"message":"no"}', 'usage', 'refuses what it was asked: no'],
  ['{"code":-32603,"message":"no","data":7}', 'fault', 'the tracker failed: no'],
])('the error %s is thrown as %s', async (error, code, message) => {
  const { rpc, say } = await pair();
  const outcome = expect(rpc.call('ping', {}, limits)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
  });
  await say(`{"jsonrpc":"2.0","id":1,"error":${error}}\n`);
  await outcome;
  expect(rpc.isOpen).toBe(true);
});

test('an answer that is nonsense says which part of it is', async () => {
  const { rpc, say } = await pair();
  const outcome = expect(rpc.call('ping', {}, limits)).rejects.toMatchObject({
    code: 'bad-message',
    message: expect.stringMatching(/answer to "ping" does not follow the protocol: time: /),
  });
  await say('{"jsonrpc":"2.0","id":1,"result":{"time":"noon"}}\n');
  await outcome;
});

test('a late answer is nobody’s', async () => {
  const { rpc, say, clock, told } = await pair();
  const outcome = expect(rpc.call('ping', {}, limits)).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('did not answer "ping" within 1 s'),
  });
  await clock.wind(1000);
  await outcome;
  await say('{"jsonrpc":"2.0","id":1,"result":{"time":5}}\n{"jsonrpc":"2.0","id":99,"result":{}}\n');
  expect(told.lost).toEqual([]);
  expect(clock.waiting).toBe(0);
});

test('an aborted call ends with its reason', async () => {
  const { rpc, clock } = await pair();
  const stop = new AbortController();
  const outcome = expect(rpc.call('ping', {}, { ms: 1000, signal: stop.signal })).rejects.toThrow('enough');
  stop.abort(new Error('enough'));
  await outcome;
  expect(clock.waiting).toBe(0);
  await expect(rpc.call('ping', {}, { ms: 1000, signal: stop.signal })).rejects.toThrow('enough');
});

test('every call that waits ends when the link does, and later ones too', async () => {
  const { rpc, told, hangUp, clock } = await pair();
  const calls = [rpc.call('ping', {}, limits), rpc.call('users', {}, limits)];
  const outcome = Promise.all(calls.map((call) => expect(call).rejects.toMatchObject({ code: 'unreachable' })));
  await settle();
  hangUp();
  await outcome;
  expect(told.lost.map(({ code }) => code)).toEqual(['unreachable']);
  await expect(rpc.call('ping', {}, limits)).rejects.toMatchObject({ code: 'unreachable' });
  expect(() => rpc.throwIfClosed()).toThrow('the connection to the tracker is lost');
  expect(clock.waiting).toBe(0);
});

test('a link that we close is not told as lost', async () => {
  const { rpc, told } = await pair();
  const outcome = expect(rpc.call('ping', {}, limits)).rejects.toMatchObject({ code: 'unreachable' });
  rpc.destroy();
  await outcome;
  await settle();
  expect(told.lost).toEqual([]);
});

test.each([
  ['no JSON', 'HTTP/1.1 400 Bad Request\n'],
  ['no JSON-RPC', '{"hello":"world"}\n'],
  ['no UTF-8', Uint8Array.of(0xff, 0x0a)],
  ['an endless line', 'x'.repeat(maxLineBytes)],
])('%s from the tracker ends the link with a clear word', async (_, text) => {
  const { rpc, told, say } = await pair();
  const outcome = expect(rpc.call('ping', {}, { ms: 60_000 })).rejects.toMatchObject({ code: 'bad-message' });
  await say(text);
  await outcome;
  expect(told.lost).toMatchObject([
    { code: 'bad-message', message: expect.stringContaining('the tracker does not follow the protocol: ') },
  ]);
});

test('an error that answers no call ends the link with what it says', async () => {
  const { rpc, told, say } = await pair();
  const outcome = expect(rpc.call('ping', {}, limits)).rejects.toMatchObject({ code: 'limit', message: 'idle' });
  await say('{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"idle","data":{"name":"limit"}}}\n');
  await outcome;
  expect(told.lost).toMatchObject([{ code: 'limit' }]);
});

test('a probe is answered, and a method that we do not have is refused', async () => {
  const { rpc, told, received, say } = await pair();
  void rpc.call('ping', {}, limits).catch(() => {});
  await settle();
  received.length = 0;
  await say('{"jsonrpc":"2.0","id":7,"method":"probe"}\n{"jsonrpc":"2.0","id":8,"method":"__proto__"}\n');
  expect(received.join('')).toBe(
    '{"jsonrpc":"2.0","id":7,"result":{}}\n' +
      '{"jsonrpc":"2.0","id":8,"error":{"code":-32601,"message":"method not found"}}\n',
  );
  expect(told.probes).toBe(1);
});

test('before the first call the tracker has no say, and nothing is sent', async () => {
  const { told, received, say } = await pair();
  await say('{"jsonrpc":"2.0","id":7,"method":"probe"}\n{"jsonrpc":"2.0","method":"ended","params":{"reason":"x"}}\n');
  expect(received).toEqual([]);
  expect(told).toMatchObject({ probes: 0, notices: [], heard: 1 });
});

test('notices are handed on; those that are not understood are dropped', async () => {
  const { rpc, told, say } = await pair();
  void rpc.call('ping', {}, limits).catch(() => {});
  await say(
    '{"jsonrpc":"2.0","method":"reach","params":{"reachable":false,"reason":"closed"}}\n' +
      '{"jsonrpc":"2.0","method":"reach","params":{"reachable":"maybe"}}\n' +
      '{"jsonrpc":"2.0","method":"toString","params":{}}\n' +
      '{"jsonrpc":"2.0","method":"ended","params":{"reason":"over"}}\n',
  );
  expect(told.notices).toEqual([
    { notice: 'reach', params: { reachable: false, reason: 'closed' } },
    { notice: 'ended', params: { reason: 'over' } },
  ]);
  expect(told.lost).toEqual([]);
});

test('a call whose line would be too long is not sent', async () => {
  const { rpc, received } = await pair();
  const names = Array.from({ length: 2000 }, () => resourceName('x'.repeat(255)));
  await expect(rpc.call('withdraw', { names }, limits)).rejects.toMatchObject({ code: 'limit' });
  await settle();
  expect(received).toEqual([]);
});

test('a thousand calls wait at once and not one more', async () => {
  const { rpc, clock } = await pair();
  const calls = Array.from({ length: 1000 }, () => rpc.call('ping', {}, limits));
  const outcome = Promise.all(calls.map((call) => expect(call).rejects.toMatchObject({ code: 'unreachable' })));
  await expect(rpc.call('ping', {}, limits)).rejects.toMatchObject({ code: 'limit' });
  await clock.wind(1000);
  await outcome;
});

test('a tracker that asks and does not read is cut off past a mebibyte', async () => {
  const { rpc, told, say, queue } = await pair();
  const outcome = expect(rpc.call('ping', {}, { ms: 60_000 })).rejects.toMatchObject({ code: 'limit' });
  queue.bytes = 1_048_576;
  await say('{"jsonrpc":"2.0","id":7,"method":"probe"}\n');
  expect(told).toMatchObject({ probes: 1, lost: [] });
  queue.bytes = 1_048_577;
  await say('{"jsonrpc":"2.0","id":8,"method":"probe"}\n');
  await outcome;
  expect(told).toMatchObject({ probes: 1, lost: [{ code: 'limit' }] });
});
