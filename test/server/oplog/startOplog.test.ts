import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import type { Stream } from '../../../src/net/transport/transport.ts';
import { answerMs, lastCallsMs, longestBackoffMs, maxUnanswered } from '../../../src/server/oplog/limits.ts';
import { startOplog } from '../../../src/server/oplog/startOplog.ts';
import { settle } from '../../support/fakeClock.ts';
import { seededRandom } from '../../support/random.ts';
import { type Deed, OplogScene } from './support.ts';

const fails = 'the operations log fails: it is told later what is done meanwhile';
const hasAll = 'the operations log has every operation again';

describe('the operations log', () => {
  it('is told of each operation at once, in order, over one connection', async () => {
    using scene = new OplogScene();
    await scene.server.start();
    const client = scene.startClient();
    for (const name of ['a', 'b', 'c']) scene.record(name);
    await settle();
    expect(scene.server.parameters).toEqual(['a', 'b', 'c']);
    await scene.clock.wind(60_000);
    scene.record('d');
    await settle();
    expect(scene.server.parameters).toEqual(['a', 'b', 'c', 'd']);
    expect(scene.server.connections).toHaveLength(1);
    await scene.end(client);
    expect(scene.messages('warn')).toEqual([]);
  });

  it('is not dialled before there is something to tell', async () => {
    using scene = new OplogScene();
    const client = scene.startClient();
    await scene.clock.wind(60_000);
    expect(scene.logged).toEqual([]);
    await scene.end(client);
  });

  it('is told of a batch in a call for each name', async () => {
    using scene = new OplogScene();
    await scene.server.start();
    const client = scene.startClient();
    const names = Array.from({ length: 100 }, (_, at) => `${at}`);
    scene.record('', { parameters: { count: 100, names } });
    scene.record('', { operation: 'withdraw', parameters: { count: 100, names } });
    await settle();
    expect(scene.server.parameters).toEqual([...names, ...names]);
    expect(new Set(scene.server.lines.map(({ xid }) => xid)).size).toBe(200);
    await scene.end(client);
  });

  it('is told what was done while it was away, once it is there', async () => {
    using scene = new OplogScene();
    const client = scene.startClient();
    for (const name of ['a', 'b', 'c']) {
      scene.record(name);
      await scene.clock.wind(20_000);
    }
    await scene.server.start();
    await scene.clock.wind(longestBackoffMs);
    expect(scene.server.parameters).toEqual(['a', 'b', 'c']);
    expect(scene.messages('warn')).toEqual([fails]);
    expect(scene.messages('info')).toEqual([hasAll]);
    await scene.end(client);
  });

  it('is tried again ever more seldom, up to every five seconds', async () => {
    using scene = new OplogScene();
    const tried: number[] = [];
    const client = startOplog({
      target: { host: 'log', port: 1 },
      trail: scene.trail,
      transport: {
        async dialPlain() {
          tried.push(scene.clock.now());
          throw new RollcallError('unreachable', 'nobody listens');
        },
      },
      clock: scene.clock,
      random: seededRandom(3),
      log: scene.log,
    });
    scene.record('a');
    await scene.clock.wind(60_000);
    const gaps = tried.map((at, place) => at - (tried[place - 1] ?? at)).slice(1);
    expect(gaps[0]).toBeGreaterThanOrEqual(80);
    expect(gaps[0]).toBeLessThanOrEqual(120);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(longestBackoffMs);
    expect(Math.min(...gaps.slice(6))).toBeGreaterThanOrEqual(0.8 * longestBackoffMs);
    await scene.end(client);
  });

  it('does not stop at what it could not hold', async () => {
    using scene = new OplogScene();
    await scene.server.start();
    const client = scene.startClient();
    const long = '東'.repeat(50_000);
    scene.record(long, { user: long, stamp: long });
    scene.record('next');
    await settle();
    expect(scene.server.parameters.at(-1)).toBe('next');
    expect(scene.server.lines[0]?.call.user).toBe('東'.repeat(85));
    await scene.end(client);
  });

  it('hears of no more at once than it may leave unanswered', async () => {
    using scene = new OplogScene();
    await scene.server.start();
    scene.server.deed = () => 'silence';
    const client = scene.startClient();
    for (let at = 0; at < 2 * maxUnanswered; at++) scene.record(`${at}`);
    await settle();
    expect(scene.server.calls).toBe(maxUnanswered);
    await scene.end(client);
  });

  it('may close a connection on which nothing is asked', async () => {
    using scene = new OplogScene();
    await scene.server.start();
    const client = scene.startClient();
    scene.record('a');
    await settle();
    scene.network.sever('192.168.1.2');
    await settle();
    scene.record('b');
    await settle();
    expect(scene.server.parameters).toEqual(['a', 'b']);
    expect(scene.messages('warn')).toEqual([]);
    await scene.end(client);
  });
});

describe('a log server that fails', () => {
  it.each([
    ['silence', answerMs, 'it does not answer within 10 s'],
    ['fail', 0, 'it could not write: its result is 1'],
    ['system-error', 0, 'the log server answers: system-error'],
    ['garbage', 0, 'a record is longer than'],
    ['other-xid', 0, 'it answers what it was not asked'],
    ['half-a-record', 0, 'it ended the connection'],
    ['close', 0, ''],
  ] as [Deed, number, string][])('by %s is told again on another connection', async (deed, afterMs, why) => {
    using scene = new OplogScene();
    await scene.server.start();
    scene.server.deed = (calls) => (calls === 2 ? deed : 'answer');
    const client = scene.startClient();
    scene.record('a');
    await settle();
    scene.record('b');
    await settle();
    if (afterMs > 0) {
      await scene.clock.wind(afterMs - 1);
      expect(scene.messages('warn')).toEqual([]);
      await scene.clock.wind(1);
    }
    expect(scene.logged.at(-1)).toMatchObject({
      level: 'warn',
      message: fails,
      fields: { oplog: '192.168.1.2:7453', why: expect.stringContaining(why) },
    });
    scene.record('c');
    await scene.clock.wind(200);
    expect(scene.server.connections).toHaveLength(2);
    expect(scene.server.connections[1]?.map(({ call }) => call.parameter)).toEqual(['b', 'c']);
    expect(scene.messages('info')).toEqual([hasAll]);
    await scene.end(client);
  });

  it('is heard of once, however long it fails', async () => {
    using scene = new OplogScene();
    await scene.server.start();
    scene.server.deed = () => 'fail';
    const client = scene.startClient();
    scene.record('a');
    await scene.clock.wind(60_000);
    expect(scene.messages('warn')).toEqual([fails]);
    scene.server.deed = () => 'answer';
    await scene.clock.wind(longestBackoffMs);
    scene.server.deed = () => 'close';
    scene.record('b');
    await scene.clock.wind(60_000);
    expect(scene.messages('warn')).toEqual([fails, fails]);
    await scene.end(client);
  });

  it('is told lost calls under the same xid, by which it may know them again', async () => {
    using scene = new OplogScene();
    await scene.server.start();
    scene.server.deed = (calls) => (calls === 1 ? 'silence' : 'answer');
    const client = scene.startClient();
    scene.record('a');
    await scene.clock.wind(answerMs + 200);
    const [first, second] = scene.server.lines;
    expect(second).toEqual(first);
    await scene.end(client);
  });

  it('is told calls that followed a refused one under other xids, lest it keep the wrong order', async () => {
    using scene = new OplogScene();
    await scene.server.start();
    scene.server.deed = (calls) => (calls === 1 ? 'fail' : 'answer');
    const client = scene.startClient();
    scene.record('a');
    scene.record('b');
    await scene.clock.wind(200);
    expect(scene.server.parameters).toEqual(['b', 'a', 'b']);
    const [first, , last] = scene.server.lines;
    expect(last?.xid).not.toBe(first?.xid);
    await scene.end(client);
  });

  it('has its time from its last answer on, and what it answered out of turn is told again under another xid', async () => {
    using scene = new OplogScene();
    await scene.server.start();
    scene.server.deed = (calls) => (calls === 1 ? 'silence' : 'answer');
    const client = scene.startClient();
    scene.record('a');
    await scene.clock.wind(9000);
    scene.record('b');
    await scene.clock.wind(answerMs - 1);
    expect(scene.messages('warn')).toEqual([]);
    await scene.clock.wind(1);
    expect(scene.messages('warn')).toEqual([fails]);
    await scene.clock.wind(200);
    expect(scene.server.parameters).toEqual(['a', 'b', 'a', 'b']);
    const xids = scene.server.lines.map(({ xid }) => xid);
    expect(new Set(xids).size).toBe(4);
    await scene.end(client);
  });

  it('gains no time by parts of an answer', async () => {
    using scene = new OplogScene();
    await scene.server.start();
    scene.server.deed = () => 'dribble';
    const client = scene.startClient();
    scene.record('a');
    await scene.clock.wind(9000);
    scene.record('b');
    await scene.clock.wind(answerMs - 9000 - 1);
    expect(scene.messages('warn')).toEqual([]);
    await scene.clock.wind(1);
    expect(scene.messages('warn')).toEqual([fails]);
    await scene.end(client);
  });

  it('is tried again soon after it took a call, however long it failed before', async () => {
    using scene = new OplogScene();
    const client = scene.startClient();
    scene.record('a');
    await scene.clock.wind(30_000);
    await scene.server.start();
    scene.server.deed = (calls) => (calls === 2 ? 'close' : 'answer');
    await scene.clock.wind(longestBackoffMs);
    expect(scene.server.parameters).toEqual(['a']);
    scene.record('b');
    await scene.clock.wind(200);
    expect(scene.server.parameters).toEqual(['a', 'b']);
    await scene.end(client);
  });

  it('that hangs while it is dialled is given up after ten seconds', async () => {
    using scene = new OplogScene();
    const client = startOplog({
      target: { host: '::1', port: 9 },
      trail: scene.trail,
      transport: {
        dialPlain: (_, { signal }) =>
          new Promise<Stream>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      },
      clock: scene.clock,
      random: seededRandom(3),
      log: scene.log,
    });
    scene.record('a');
    await scene.clock.wind(answerMs - 1);
    expect(scene.messages('warn')).toEqual([]);
    await scene.clock.wind(1);
    expect(scene.logged).toMatchObject([{ fields: { oplog: '[::1]:9', why: 'it cannot be reached within 10 s' } }]);
    await scene.end(client);
  });
});

describe('a client of the operations log that ends', () => {
  it('leaves no timer, and no connection', async () => {
    using scene = new OplogScene();
    await scene.server.start();
    const client = scene.startClient();
    scene.record('a');
    await settle();
    await client[Symbol.asyncDispose]();
    scene.close();
    expect(scene.clock.waiting).toBe(0);
  });

  it('tells what was done in its last moment', async () => {
    using scene = new OplogScene();
    await scene.server.start();
    const client = scene.startClient();
    scene.record('a');
    await scene.end(client);
    expect(scene.server.parameters).toEqual(['a']);
  });

  it('waits a second for the last answers, and tells them again when it starts', async () => {
    using scene = new OplogScene();
    await scene.server.start();
    scene.server.deed = (calls) => (calls <= 2 ? 'answer' : 'silence');
    let client = scene.startClient();
    for (const name of ['a', 'b', 'c', 'd']) scene.record(name);
    await settle();
    let ended = false;
    const ending = client[Symbol.asyncDispose]().then(() => {
      ended = true;
    });
    await settle();
    await scene.clock.wind(lastCallsMs - 1);
    expect(ended).toBe(false);
    await scene.clock.wind(1);
    await ending;

    scene.reopen();
    scene.server.deed = () => 'answer';
    client = scene.startClient();
    scene.record('e');
    await settle();
    expect(scene.server.connections.map((lines) => lines.map(({ call }) => call.parameter))).toEqual([
      ['a', 'b', 'c', 'd'],
      ['c', 'd', 'e'],
    ]);
    expect(scene.server.connections[1]?.[0]).toEqual(scene.server.connections[0]?.[2]);
    await scene.end(client);
  });

  it('does not wait for a server that is away', async () => {
    using scene = new OplogScene();
    const client = scene.startClient();
    scene.record('a');
    await scene.clock.wind(10_000);
    await client[Symbol.asyncDispose]();
    expect(scene.messages('warn')).toEqual([fails]);
  });

  it('keeps for the next start what was done while nobody told it', async () => {
    using scene = new OplogScene();
    await scene.end(scene.startClient());
    scene.record('a');
    await settle();
    scene.reopen();
    await scene.server.start();
    const client = scene.startClient();
    await settle();
    expect(scene.server.parameters).toEqual(['a']);
    await scene.end(client);
  });
});
