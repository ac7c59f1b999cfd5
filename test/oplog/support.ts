import { silentLog } from '../../src/base/log.ts';
import { type MemoryNetwork, memoryNetwork } from '../../src/net/transport/memory.ts';
import type { Endpoint, Stream, Transport } from '../../src/net/transport/transport.ts';
import { encodeOplogCall, type OplogCall, OplogReplies, type OplogReply } from '../../src/net/wire/oncRpc/oplog.ts';
import type { LogDisk } from '../../src/oplog/logDisk.ts';
import { type RunningOplog, startOplog } from '../../src/oplog/serve.ts';
import { FakeClock, settle } from '../support/fakeClock.ts';
import { seededRandom } from '../support/random.ts';

/** A log file in memory, which fails or waits as it is told. */
export class FakeDisk implements LogDisk {
  torn = false;
  closed = false;
  text = '';
  syncs = 0;
  /** Bytes that it takes in all, and in one write. */
  room: number = Number.POSITIVE_INFINITY;
  most: number = Number.POSITIVE_INFINITY;
  failSync = false;
  failTakeBack = false;
  #held: (() => void)[] | undefined;

  /** Syncs wait from now on. */
  hold(): void {
    this.#held = [];
  }

  /** Those that wait are done. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const done of held) done();
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (this.room === 0) throw new Error('ENOSPC: no space left on device');
    const taken = Math.min(bytes.length, this.room, this.most);
    this.room -= taken;
    this.text += Buffer.from(bytes.subarray(0, taken)).toString('latin1');
    return taken;
  }

  async sync(): Promise<void> {
    this.syncs += 1;
    if (this.#held !== undefined) await new Promise<void>((done) => this.#held?.push(done));
    if (this.failSync) throw new Error('EIO: i/o error');
  }

  async takeBack(bytes: number): Promise<void> {
    if (this.failTakeBack) throw new Error('EPERM: operation not permitted');
    this.text = this.text.slice(0, this.text.length - bytes);
    this.room += bytes;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

export const call: OplogCall = { user: 'Bob', operation: 'CONNECT', parameter: '', date: '01/05/2026 14:03:00' };
export const line = '[01/05/2026 14:03:00] Bob -> CONNECT\n';

/** A call of a user of that name, and its line. */
export const callOf = (user: string | number): OplogCall => ({ ...call, user: String(user) });
export const lineOf = (user: string | number): string => line.replace('Bob', String(user));

const serverHost = '10.0.0.1';

/** What a client over TCP has heard. */
export interface Client {
  stream: Stream;
  replies: OplogReply[];
  closed: () => boolean;
}

export interface Scene {
  clock: FakeClock;
  disk: FakeDisk;
  network: MemoryNetwork;
  server: RunningOplog;
  /** What was shown. */
  shown: () => string;
  dial(from?: string): Promise<Client>;
  /** A UDP port that keeps what it gets. */
  bind(from?: string): Promise<{ send(datagram: Uint8Array): void; got: Uint8Array[] }>;
}

/** A log server among hosts in memory. */
export async function openScene(): Promise<Scene> {
  const clock = new FakeClock();
  const disk = new FakeDisk();
  const network = memoryNetwork({ clock, random: seededRandom(1) });
  let shown = '';
  const server = await startOplog({
    host: '0.0.0.0',
    port: 0,
    transport: network.at(serverHost),
    clock,
    disk,
    show(lines) {
      shown += lines;
    },
    log: silentLog,
  });
  const to: Endpoint = { host: serverHost, port: server.at.port };
  const host = (from: string): Transport => network.at(from);
  return {
    clock,
    disk,
    network,
    server,
    shown: () => shown,
    async dial(from = '10.0.0.2') {
      const stream = await host(from).dialPlain(to, { signal: new AbortController().signal });
      const reader = new OplogReplies();
      const replies: OplogReply[] = [];
      let closed = false;
      stream.open({
        data: (bytes) => void replies.push(...reader.push(bytes)),
        closed() {
          closed = true;
        },
      });
      return { stream, replies, closed: () => closed };
    },
    async bind(from = '10.0.0.2') {
      const got: Uint8Array[] = [];
      const socket = await host(from).bind({ host: '0.0.0.0', port: 0 }, (datagram) => got.push(datagram));
      return { got, send: (datagram) => socket.send(datagram, to) };
    },
  };
}

/** A call as a datagram. */
export const datagram = (xid: number, of: OplogCall = call): Uint8Array => encodeOplogCall(xid, of).subarray(4);

export { settle };
