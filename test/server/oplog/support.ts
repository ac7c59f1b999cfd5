import { type MemoryNetwork, memoryNetwork } from '../../../src/net/transport/memory.ts';
import type { Listener, Stream } from '../../../src/net/transport/transport.ts';
import { encodeRpcReply } from '../../../src/net/wire/oncRpc/message.ts';
import { decodeOplogRequest, encodeOplogResult, type OplogCall } from '../../../src/net/wire/oncRpc/oplog.ts';
import { encodeRecord, RecordReader } from '../../../src/net/wire/oncRpc/records.ts';
import { startOplog } from '../../../src/server/oplog/startOplog.ts';
import { settle } from '../../support/fakeClock.ts';
import { seededRandom } from '../../support/random.ts';
import { TrailScene } from '../trail/support.ts';

export const logAddress = '192.168.1.2';
export const logPort = 7453;

/** What a log server may do with a call. */
export type Deed =
  | 'answer'
  /** The line is written, and nobody is told. */
  | 'silence'
  /** So too, and nothing happens on this connection from then on. */
  | 'hang'
  | 'write-and-close'
  /** The line is not written. */
  | 'fail'
  | 'system-error'
  | 'garbage'
  | 'other-xid'
  | 'half-a-record'
  /** Some bytes of an answer, and no more. */
  | 'dribble'
  | 'close';

const writing: ReadonlySet<Deed> = new Set(['answer', 'silence', 'hang', 'write-and-close']);

export interface Line {
  xid: number;
  call: OplogCall;
}

/** A log server that does as it is told, and keeps the lines of each connection apart. */
export class LogServer {
  readonly connections: Line[][] = [];
  readonly #network: MemoryNetwork;
  #listener: Listener | undefined;
  /** Calls that came so far, and the present one is done with so; the rest of a connection that was closed is not read. */
  deed: (calls: number) => Deed = () => 'answer';
  calls = 0;

  constructor(network: MemoryNetwork) {
    this.#network = network;
  }

  async start(): Promise<void> {
    this.#listener = await this.#network
      .at(logAddress)
      .listenPlain({ host: logAddress, port: logPort }, { accept: (stream) => this.#serve(stream) });
  }

  async stop(): Promise<void> {
    await this.#listener?.[Symbol.asyncDispose]();
    this.#listener = undefined;
  }

  /** Every line, in the order in which they were written. */
  get lines(): Line[] {
    return this.connections.flat();
  }

  get parameters(): string[] {
    return this.lines.map(({ call }) => call.parameter);
  }

  #serve(stream: Stream): void {
    const records = new RecordReader();
    const written: Line[] = [];
    this.connections.push(written);
    let open = true;
    stream.open({
      data: (bytes) => {
        for (const message of records.push(bytes)) {
          if (!open) return;
          const request = decodeOplogRequest(message);
          if (request.asks !== 'append') throw new Error(`it was asked ${request.asks}`);
          this.calls += 1;
          const deed = this.deed(this.calls);
          if (writing.has(deed)) written.push(request);
          open = answer(stream, request.xid, deed);
        }
      },
      closed: () => {
        open = false;
      },
    });
  }
}

/** False where the connection is over. */
function answer(stream: Stream, xid: number, deed: Deed): boolean {
  switch (deed) {
    case 'answer':
      stream.write(encodeRecord(encodeOplogResult(xid, 0)));
      return true;
    case 'silence':
      return true;
    case 'hang':
      return false;
    case 'fail':
      stream.write(encodeRecord(encodeOplogResult(xid, 1)));
      return true;
    case 'system-error':
      stream.write(encodeRecord(encodeRpcReply({ xid, status: 'system-error' })));
      return true;
    case 'garbage':
      stream.write('HTTP/1.1 400 Bad Request\r\n\r\n');
      return true;
    case 'other-xid':
      stream.write(encodeRecord(encodeOplogResult((xid + 77) >>> 0, 0)));
      return true;
    case 'dribble':
      stream.write(encodeRecord(encodeOplogResult(xid, 0)).subarray(0, 5));
      return true;
    case 'half-a-record':
      stream.write(encodeRecord(encodeOplogResult(xid, 0)).subarray(0, 10));
      stream.end();
      return false;
    case 'write-and-close':
    case 'close':
      stream.destroy();
      return false;
  }
}

/** A trail with a client that tells a log server of it. */
export class OplogScene extends TrailScene {
  readonly network: MemoryNetwork = memoryNetwork({ clock: this.clock, random: seededRandom(1) });
  readonly server: LogServer = new LogServer(this.network);

  startClient(): AsyncDisposable {
    const { log } = this;
    return startOplog({
      target: { host: logAddress, port: logPort },
      trail: this.trail,
      transport: this.network.at('192.168.1.1'),
      clock: this.clock,
      random: seededRandom(2),
      log,
    });
  }

  /** Disposes of something while the clock goes on for as long as that may take. */
  async end(one: AsyncDisposable): Promise<void> {
    const ended = one[Symbol.asyncDispose]();
    await settle();
    await this.clock.wind(1000);
    await ended;
  }
}
