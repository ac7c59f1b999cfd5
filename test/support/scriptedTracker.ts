import { createHmac } from 'node:crypto';
import type { Clock } from '../../src/base/clock.ts';
import { RollcallError } from '../../src/base/errors.ts';
import { type SessionId, sessionId } from '../../src/base/ids.ts';
import type { ResourceName } from '../../src/base/names.ts';
import type { Announcement } from '../../src/base/roll.ts';
import type { Identity } from '../../src/net/identity/identity.ts';
import type { Endpoint, Link, Listener, PacketSocket, Transport } from '../../src/net/transport/transport.ts';
import type { Registration, TrackerMethod } from '../../src/net/wire/control.ts';
import { trackerMethods } from '../../src/net/wire/controlSchemas.ts';
import {
  decodeHeartbeat,
  encodeHeartbeat,
  type Heartbeat,
  isAuthentic,
  type Mac,
  wantsAnswer,
} from '../../src/net/wire/heartbeat.ts';
import { decodeMessage, encodeMessage, rpcCodes } from '../../src/net/wire/jsonRpc.ts';
import { LineSplitter } from '../../src/net/wire/lines.ts';

export interface ScriptedTrackerOptions {
  transport: Transport;
  identity: Identity;
  clock: Clock;
  port?: number | undefined;
}

/** What a call is answered with; a `RollcallError` is its refusal, `silence` is none. */
export type Script = (params: unknown) => unknown;
export const silence: unique symbol = Symbol('silence');

interface Call {
  method: string;
  params: unknown;
  /** Counts the connections from 1. */
  link: number;
}

const macFor =
  (key: Uint8Array): Mac =>
  (message) =>
    createHmac('sha256', key).update(message).digest();

/** A tracker that takes one client and does what a test says, in place of what a true one would think. */
export class ScriptedTracker implements AsyncDisposable {
  /** Every request that came, in order. */
  readonly calls: Call[] = [];
  /** Every authentic beat of the present key, with the time that it came at. */
  readonly beats: (Heartbeat & { at: number })[] = [];
  /** What is listed. */
  readonly resources: Map<ResourceName, Announcement> = new Map();
  /** Overrides the answers of some methods. */
  readonly scripts: Map<TrackerMethod, Script> = new Map();
  /** Answers to our own requests and notices, as they came. */
  readonly answers: unknown[] = [];
  acknowledges: boolean = true;
  heartbeatMs: number = 2000;
  evictAfterMs: number = 12_000;
  /** Added to the wall clock of every answer, milliseconds. */
  clockAheadMs: number = 0;
  key: Uint8Array = new Uint8Array(32).fill(1);
  session: SessionId = sessionId(77);
  /** How many connections came, and how many of them are open. */
  links: number = 0;
  open: number = 0;

  readonly #options: ScriptedTrackerOptions;
  #listener: Listener | undefined;
  #socket: PacketSocket | undefined;
  #link: Link | undefined;
  #from: Endpoint | undefined;
  #instance: string | undefined;
  #epoch = 0;
  #sequence = 0;
  #requests = 0;

  constructor(options: ScriptedTrackerOptions) {
    this.#options = options;
  }

  static async start(options: ScriptedTrackerOptions): Promise<ScriptedTracker> {
    const tracker = new ScriptedTracker(options);
    await tracker.listen();
    return tracker;
  }

  async listen(): Promise<void> {
    const { transport, identity, port = 7450 } = this.#options;
    const on = { host: '0.0.0.0', port };
    this.#listener = await transport.listen(on, {
      identity,
      handshakeMs: 5000,
      accept: (link) => this.#accept(link),
    });
    this.#socket = await transport.bind(on, (datagram, from) => this.#receive(datagram, from));
  }

  /** Stops, and forgets every session: the next `listen` is a restart. */
  async stop(): Promise<void> {
    await this.#listener?.[Symbol.asyncDispose]();
    await this.#socket?.[Symbol.asyncDispose]();
    this.#instance = undefined;
    this.resources.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Forgets the session, as when it was evicted. */
  forget(): void {
    this.#instance = undefined;
    this.resources.clear();
  }

  methods(): string[] {
    return this.calls.map(({ method }) => method);
  }

  /** Closes the connection. */
  drop(): void {
    this.#link?.destroy();
  }

  say(text: string): void {
    this.#link?.write(text);
  }

  notify(method: string, params: unknown): void {
    this.say(encodeMessage({ type: 'notification', method, params }));
  }

  ask(method: string): void {
    this.#requests += 1;
    this.say(encodeMessage({ type: 'request', id: this.#requests, method, params: {} }));
  }

  /** Sends a datagram where the last beat came from. */
  send(change: Partial<Heartbeat> & Pick<Heartbeat, 'kind'>, key: Uint8Array = this.key): void {
    this.#sequence += 1;
    const heartbeat = { session: this.session, sequence: this.#sequence, flags: 0, ...change };
    this.sendBytes(encodeHeartbeat(heartbeat, macFor(key)));
  }

  sendBytes(datagram: Uint8Array): void {
    if (this.#from !== undefined) this.#socket?.send(datagram, this.#from);
  }

  #accept(link: Link): void {
    this.links += 1;
    this.open += 1;
    const number = this.links;
    const splitter = new LineSplitter();
    this.#link = link;
    link.open({
      data: (bytes) => {
        for (const line of splitter.push(bytes)) this.#take(link, number, line);
      },
      closed: () => {
        this.open -= 1;
      },
    });
  }

  #take(link: Link, number: number, line: string): void {
    const message = decodeMessage(line);
    if (message.type !== 'request') {
      this.answers.push(message);
      return;
    }
    const { id, method, params } = message;
    this.calls.push({ method, params, link: number });
    try {
      const result = this.answer(method as TrackerMethod, params);
      if (result !== silence) link.write(encodeMessage({ type: 'result', id, result }));
    } catch (error) {
      if (!(error instanceof RollcallError)) throw error;
      const refusal = { code: rpcCodes.named, message: error.message, name: error.code };
      link.write(encodeMessage({ type: 'error', id, error: refusal }));
    }
  }

  /** What a method is answered with. */
  answer(method: TrackerMethod, params: unknown): unknown {
    const script = this.scripts.get(method);
    if (script !== undefined) return script(params);
    switch (method) {
      case 'register':
        return this.#register(trackerMethods.register.params.parse(params));
      case 'announce':
        for (const resource of trackerMethods.announce.params.parse(params).resources) {
          this.resources.set(resource.name, resource);
        }
        return {};
      case 'withdraw':
        for (const name of trackerMethods.withdraw.params.parse(params).names) this.resources.delete(name);
        return {};
      case 'ping':
        return { time: this.#time() };
      case 'find':
      case 'users':
        return { rows: [] };
      case 'locate':
        return { choices: [] };
      default:
        return {};
    }
  }

  #register({ instance, peerPort }: Registration): unknown {
    const resumed = this.#instance === instance;
    this.#instance = instance;
    this.#epoch += 1;
    this.#sequence = 0;
    this.key = new Uint8Array(32).fill(this.#epoch);
    this.beats.length = 0;
    return {
      session: this.session,
      epoch: this.#epoch,
      resumed,
      heartbeatKey: Buffer.from(this.key).toString('base64'),
      heartbeatMs: this.heartbeatMs,
      evictAfterMs: this.evictAfterMs,
      time: this.#time(),
      address: this.#link?.remote.host,
      reach: { reachable: peerPort !== undefined },
    };
  }

  #time(): number {
    return this.#options.clock.wall() + this.clockAheadMs;
  }

  #receive(datagram: Uint8Array, from: Endpoint): void {
    const heartbeat = decodeHeartbeat(datagram);
    if (heartbeat === undefined || !isAuthentic(datagram, macFor(this.key))) return;
    this.#from = from;
    this.beats.push({ ...heartbeat, at: this.#options.clock.now() });
    if (this.acknowledges && (heartbeat.flags & wantsAnswer) !== 0) this.send({ kind: 'ack' });
  }
}
