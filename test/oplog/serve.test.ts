import { describe, expect, it } from 'vitest';
import { encodeRpcCall } from '../../src/net/wire/oncRpc/message.ts';
import { encodeOplogCall, oplogProgram } from '../../src/net/wire/oncRpc/oplog.ts';
import { encodeRecord } from '../../src/net/wire/oncRpc/records.ts';
import {
  idleMs,
  maxConnections,
  maxConnectionsPerAddress,
  maxUnreadBytes,
  maxWaitingBytes,
  stuckMs,
  sweepMs,
} from '../../src/oplog/limits.ts';
import { type Client, call, callOf, datagram, line, lineOf, openScene, settle } from './support.ts';

/** Asks for nothing; its answer has 28 bytes with the record mark. */
const nothing = (xid: number): Uint8Array =>
  encodeRpcCall({ xid, program: oplogProgram, version: 1, procedure: 0, args: new Uint8Array(0) });
const ok = (xid: number): object => ({ xid, result: 0 });

describe('over TCP', () => {
  it('a call is a line, synced and shown before it is answered', async () => {
    const { disk, dial, shown, clock } = await openScene();
    const client = await dial();
    disk.hold();
    client.stream.write(encodeOplogCall(7, call));
    await clock.wind(0);
    expect([disk.text, disk.syncs, client.replies, shown()]).toEqual([line, 1, [], '']);
    disk.release();
    await clock.wind(0);
    expect([client.replies, shown()]).toEqual([[ok(7)], line]);
  });

  it('calls in one segment, and a call in pieces, are calls', async () => {
    const { disk, dial, clock } = await openScene();
    const client = await dial();
    const calls = Buffer.concat([1, 2, 3].map((xid) => encodeOplogCall(xid, callOf(xid))));
    client.stream.write(calls.subarray(0, -5));
    await clock.wind(0);
    client.stream.write(calls.subarray(-5));
    await clock.wind(0);
    expect(disk.text).toBe([1, 2, 3].map(lineOf).join(''));
    expect(client.replies).toEqual([1, 2, 3].map(ok));
  });

  it('answers come in the order of the calls, whatever is ready first', async () => {
    const { disk, dial, clock } = await openScene();
    const client = await dial();
    const heard: string[] = [];
    disk.hold();
    const other = encodeRpcCall({ xid: 8, program: oplogProgram, version: 9, procedure: 1, args: new Uint8Array(0) });
    client.stream.write(Buffer.concat([encodeOplogCall(7, call), encodeRecord(other), encodeOplogCall(9, call)]));
    await clock.wind(0);
    heard.push(...client.replies.map(({ xid }) => String(xid)));
    disk.release();
    await clock.wind(0);
    expect(heard).toEqual([]);
    expect(client.replies).toEqual([
      ok(7),
      { xid: 8, failure: 'the log server answers: program-mismatch, it speaks versions 1 to 1' },
      ok(9),
    ]);
  });

  it('a call that the disk does not take is answered with 1, and may come again', async () => {
    const { disk, dial, clock, shown } = await openScene();
    const client = await dial();
    disk.room = 3;
    client.stream.write(encodeOplogCall(7, call));
    await clock.wind(0);
    expect(client.replies).toEqual([{ xid: 7, result: 1 }]);
    expect([disk.text, shown()]).toEqual(['', '']);
    disk.room = 1000;
    const again = await dial();
    again.stream.write(encodeOplogCall(7, call));
    await clock.wind(0);
    expect(again.replies).toEqual([ok(7)]);
    expect(disk.text).toBe(line);
  });

  it('a call that comes again over a new connection is answered, and not written again', async () => {
    const { disk, dial, network, clock } = await openScene();
    const first = await dial();
    disk.hold();
    first.stream.write(encodeOplogCall(7, call));
    await clock.wind(0);
    network.sever('10.0.0.2');
    const second = await dial();
    second.stream.write(Buffer.concat([encodeOplogCall(7, call), encodeOplogCall(8, call)]));
    const stranger = await dial('10.0.0.3');
    stranger.stream.write(encodeOplogCall(7, call));
    await clock.wind(0);
    disk.release();
    await clock.wind(0);
    expect(second.replies).toEqual([ok(7), ok(8)]);
    expect(stranger.replies).toEqual([ok(7)]);
    expect(disk.text).toBe(line.repeat(3));
  });

  it.each([
    ['a record of 64 KiB and one', Uint8Array.of(0x80, 1, 0, 1)],
    ['a reply', encodeRecord(Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1))],
    ['a record of nothing', Uint8Array.of(0x80, 0, 0, 0)],
    ['a line of text', new TextEncoder().encode('REGISTER\nBob\n')],
  ])('%s ends the connection, and no other', async (_, garbage) => {
    const { dial, clock } = await openScene();
    const [good, bad] = [await dial(), await dial()];
    bad.stream.write(garbage);
    good.stream.write(encodeOplogCall(7, call));
    await clock.wind(0);
    expect([bad.closed(), good.closed()]).toEqual([true, false]);
    expect(good.replies).toEqual([ok(7)]);
  });

  it('a client that has said all is still answered', async () => {
    const { disk, dial, clock } = await openScene();
    const client = await dial();
    disk.hold();
    client.stream.write(encodeOplogCall(7, call));
    client.stream.end();
    await clock.wind(0);
    expect(client.closed()).toBe(false);
    disk.release();
    await clock.wind(0);
    expect(client.replies).toEqual([ok(7)]);
    expect(client.closed()).toBe(true);
  });

  it('a client is not read on while as much of it waits for the disk as may', async () => {
    const { disk, dial, clock } = await openScene();
    const client = await dial();
    disk.hold();
    const big = { ...call, parameter: 'x'.repeat(32_768) };
    const before = Math.floor(maxWaitingBytes / 32_768);
    for (let xid = 0; xid < 2 * before; xid++) client.stream.write(encodeOplogCall(xid, big));
    await clock.wind(0);
    expect(client.stream.queuedBytes).toBeGreaterThan(0);
    disk.release();
    await clock.wind(0);
    expect(client.stream.queuedBytes).toBe(0);
    expect(client.replies).toHaveLength(2 * before);
  });

  it('a client is closed after an hour of silence, and not before', async () => {
    const { dial, clock } = await openScene();
    const client = await dial();
    client.stream.write(encodeOplogCall(7, call));
    await clock.wind(idleMs - sweepMs);
    expect(client.closed()).toBe(false);
    await clock.wind(2 * sweepMs);
    expect(client.closed()).toBe(true);
  });

  it('a client is closed a minute after half a call', async () => {
    const { dial, clock } = await openScene();
    const client = await dial();
    client.stream.write(encodeOplogCall(7, call).subarray(0, 20));
    await clock.wind(stuckMs - sweepMs);
    expect(client.closed()).toBe(false);
    await clock.wind(2 * sweepMs);
    expect(client.closed()).toBe(true);
  });

  it('a client that takes no answers is not read on, and is closed a minute later', async () => {
    const { disk, dial, clock, network, server } = await openScene();
    const deaf = await network
      .at('10.0.0.3')
      .dialPlain({ host: '10.0.0.1', port: server.at.port }, { signal: new AbortController().signal });
    let closed = false;
    let hears = (): void => {};
    const deafness = new Promise<void>((resolve) => {
      hears = resolve;
    });
    deaf.open({
      data: () => deafness,
      closed() {
        closed = true;
      },
    });
    const calls = Buffer.concat(Array.from({ length: 200 }, (_, xid) => encodeRecord(nothing(xid))));
    const answered = maxUnreadBytes / encodeRecord(nothing(0)).length;
    for (let sent = 0; sent < 12 * answered; sent += 200) deaf.write(calls);
    await clock.wind(0);
    expect(deaf.queuedBytes).toBeGreaterThan(0);
    await clock.wind(stuckMs - sweepMs);
    expect(closed).toBe(false);
    await clock.wind(2 * sweepMs);
    hears();
    await clock.wind(0);
    expect(closed).toBe(true);
    expect(disk.text).toBe('');
    const other = await dial();
    other.stream.write(encodeOplogCall(7, call));
    await clock.wind(0);
    expect(other.replies).toEqual([ok(7)]);
  });

  it('a client that takes its answers late has them all', async () => {
    const { clock, network, server } = await openScene();
    const slow = await network
      .at('10.0.0.3')
      .dialPlain({ host: '10.0.0.1', port: server.at.port }, { signal: new AbortController().signal });
    let bytes = 0;
    slow.open({
      async data(chunk) {
        bytes += chunk.length;
        await new Promise<void>((resolve) => clock.after(1000, resolve));
      },
      closed() {},
    });
    const calls = Buffer.concat(Array.from({ length: 200 }, (_, xid) => encodeRecord(nothing(xid))));
    const rounds = Math.ceil((4 * maxUnreadBytes) / calls.length);
    for (let sent = 0; sent < rounds; sent++) slow.write(calls);
    await clock.wind(rounds * 1000);
    expect(bytes).toBe(rounds * 200 * 28);
  });

  it('a client whose calls wait for the disk is not closed', async () => {
    const { disk, dial, clock } = await openScene();
    const client = await dial();
    disk.hold();
    client.stream.write(encodeOplogCall(7, call));
    await clock.wind(idleMs + sweepMs);
    disk.release();
    await clock.wind(0);
    expect(client.replies).toEqual([ok(7)]);
  });

  it('connections past their limits, of one address and in all, are turned away until some have gone', async () => {
    const { dial, clock } = await openScene();
    const turnedAway = async (from: string): Promise<boolean> => {
      const client = await dial(from).catch(() => undefined);
      await clock.wind(0);
      return client?.closed() ?? true;
    };
    const dialAll = (from: string): Promise<Client[]> =>
      Promise.all(Array.from({ length: maxConnectionsPerAddress }, () => dial(from)));
    const [first] = await dialAll('10.0.0.2');
    expect(await turnedAway('10.0.0.2')).toBe(true);
    first?.stream.destroy();
    await clock.wind(0);
    expect(await turnedAway('10.0.0.2')).toBe(false);

    const others = Array.from({ length: maxConnections / maxConnectionsPerAddress - 1 }, (_, host) => `10.0.1.${host}`);
    const [[second]] = (await Promise.all(others.map(dialAll))) as [Client[]];
    expect(await turnedAway('10.0.0.3')).toBe(true);
    second?.stream.destroy();
    await clock.wind(0);
    expect(await turnedAway('10.0.0.3')).toBe(false);
  });
});

describe('over UDP', () => {
  it('a call is a line and an answer, and is known when it comes again', async () => {
    const { disk, bind, clock } = await openScene();
    const client = await bind();
    disk.hold();
    client.send(datagram(7));
    client.send(datagram(7));
    await clock.wind(0);
    disk.release();
    await clock.wind(0);
    client.send(datagram(7));
    await clock.wind(0);
    expect(disk.text).toBe(line);
    expect(new Set(client.got.map((answer) => Buffer.from(answer).toString('hex')))).toEqual(
      new Set(['00000007000000010000000000000000000000000000000000000000']),
    );
    expect(client.got).toHaveLength(3);
  });

  it('the same call with another xid, from another port or with other words is another', async () => {
    const { disk, bind, clock } = await openScene();
    const [client, other] = [await bind(), await bind()];
    client.send(datagram(7));
    client.send(datagram(8));
    other.send(datagram(7));
    client.send(datagram(7, callOf('Sally')));
    await clock.wind(0);
    expect(disk.text).toBe(line.repeat(3) + lineOf('Sally'));
  });

  it('what is no call has no answer, nor has a call that is shorter than its answer', async () => {
    const { bind, clock } = await openScene();
    const client = await bind();
    client.send(new TextEncoder().encode('hello'));
    client.send(Uint8Array.of(0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 0));
    client.send(Uint8Array.of(0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 3));
    client.send(nothing(9));
    await clock.wind(0);
    expect(client.got.map(([, , , xid]) => xid)).toEqual([9]);
  });

  it('datagrams past what may wait for the disk are dropped, and garbage takes no room', async () => {
    const { disk, bind, clock } = await openScene();
    const client = await bind();
    disk.hold();
    const big = { ...call, parameter: 'x'.repeat(60_000) };
    for (let xid = 0; xid < 100; xid++) client.send(datagram(xid, big));
    await clock.wind(0);
    disk.release();
    await clock.wind(0);
    expect(client.got.length).toBeGreaterThan(60);
    expect(client.got.length).toBeLessThan(100);
    for (let count = 0; count < 100; count++) client.send(new Uint8Array(60_000).fill(1));
    await clock.wind(0);
    client.send(datagram(200, big));
    await clock.wind(0);
    expect(client.got.at(-1)?.[3]).toBe(200);
  });
});

it('the end of the server answers the calls that it has, and closes the file', async () => {
  const { disk, dial, server, clock } = await openScene();
  const client = await dial();
  disk.hold();
  client.stream.write(encodeOplogCall(7, call));
  await clock.wind(0);
  const ended = server[Symbol.asyncDispose]();
  client.stream.write(encodeOplogCall(8, call));
  await settle();
  disk.release();
  await clock.wind(2000);
  await ended;
  expect(client.replies).toEqual([ok(7)]);
  expect(client.closed()).toBe(true);
  expect(disk).toMatchObject({ text: line, closed: true });
  expect(clock.waiting).toBe(0);
});
