import type { Clock } from '../../../base/clock.ts';
import type { Fingerprint } from '../../../base/ids.ts';
import type { Random } from '../../../base/random.ts';
import type { Identity } from '../../identity/identity.ts';
import { portTaken } from '../failures.ts';
import type { Endpoint, HttpReply, HttpRequest, Link, Receive, Stream } from '../transport.ts';

/** A machine of the network. */
export interface Host {
  readonly address: string;
  /** Its cable is out. */
  cut: boolean;
  /** Killed: whoever still holds it sends and hears nothing. */
  dead: boolean;
  readonly services: Map<number, Listening>;
  readonly sockets: Map<number, Receive>;
  /** Its ends of all its connections. */
  readonly ends: Set<Breakable>;
  /** The port that its next connection leaves from. */
  nextPort: number;
}

export interface Listening {
  readonly service: Service;
  /** Our ends of the connections to it. */
  readonly links: Set<Breakable>;
}

export interface Breakable {
  /** The connection breaks: each side is told, where `silent` only the other. */
  break(silent: boolean): void;
  destroy(): void;
}

/** A stream whose first bytes can be seen before they are read. */
export interface PlainStream extends Stream {
  /**
   * Tells what has come, to be read yet: again whenever there is more, until `look` says that it has seen enough. Nothing
   * where the stream closes before.
   */
  peek(look: (come: Uint8Array | undefined) => boolean): void;
}

/** What listens on a TCP port. */
export interface Service {
  /** What is encrypted here, if anything. */
  secure?: Secure | undefined;
  admit?(remote: Endpoint): boolean;
  departed?(remote: Endpoint): void;
  /** A connection that was closed before anything came of it. */
  refused?(remote: Endpoint, error: Error): void;
  /** A connection that did not begin with a handshake, or not yet. `settled` is to be called once somebody has taken it. */
  plain(stream: PlainStream, settled: () => void): void;
}

/** Links or HTTP, as ALPN tells them apart. */
export interface Secure {
  speaks: 'links' | 'http';
  identity: Identity;
  /** A connection that was admitted and has checked our key. */
  accept(link: Link): void;
  /** Answers a request that came over a link which was accepted. */
  exchange?: Exchange | undefined;
}

/** Answers a request that came over a stream, of whoever showed that certificate. */
export type Exchange = (stream: Stream, request: HttpRequest, fingerprint?: Fingerprint) => Promise<HttpReply>;

export interface WireOptions {
  clock: Clock;
  random: Random;
  /** Milliseconds from one host to another. With 0 bytes arrive in a later turn, with no need to wind the clock. */
  latencyMs?: number | undefined;
  /** Share of datagrams that get lost, 0 to 1. */
  loss?: number | undefined;
}

interface Parcel {
  from: Host;
  to: Host;
  arrive: () => void;
}

/** First port that a host gives out by itself (RFC 6335, section 6). */
const firstEphemeralPort = 49_152;

/** The cables between hosts: they keep order, and hold what cannot pass until it can, as TCP does. */
export class Wire {
  readonly clock: Clock;
  readonly #random: Random;
  readonly #latencyMs: number;
  readonly #loss: number;
  readonly #hosts = new Map<string, Host>();
  readonly #held: Parcel[] = [];

  constructor({ clock, random, latencyMs = 0, loss = 0 }: WireOptions) {
    this.clock = clock;
    this.#random = random;
    this.#latencyMs = latencyMs;
    this.#loss = loss;
  }

  host(address: string): Host {
    let host = this.#hosts.get(address);
    if (host === undefined) {
      host = {
        address,
        cut: false,
        dead: false,
        services: new Map(),
        sockets: new Map(),
        ends: new Set(),
        nextPort: firstEphemeralPort,
      };
      this.#hosts.set(address, host);
    }
    return host;
  }

  /** The host that goes by `address` as seen from `from`; nothing where there is none. */
  find(address: string, from: Host): Host | undefined {
    return isLoopback(address) ? from : this.#hosts.get(address);
  }

  /** Brings `arrive` about at the other host, in order, as soon as nothing is cut in between. */
  hop(from: Host, to: Host, arrive: () => void): void {
    if (from.dead) return;
    this.#later(() => this.#pass({ from, to, arrive }));
  }

  /** As `hop`, but lost where anything is in the way. */
  toss(from: Host, to: Host, arrive: () => void): void {
    if (from.dead || severed(from, to) || this.#random() < this.#loss) return;
    this.#later(() => {
      if (!to.dead && !severed(from, to)) arrive();
    });
  }

  cut(address: string): void {
    this.host(address).cut = true;
  }

  mend(address: string): void {
    this.host(address).cut = false;
    for (const parcel of this.#held.splice(0)) this.#pass(parcel);
  }

  sever(address: string): void {
    for (const end of [...this.host(address).ends]) end.break(false);
  }

  kill(address: string): void {
    const host = this.host(address);
    for (const end of [...host.ends]) end.break(true);
    host.services.clear();
    host.sockets.clear();
    this.#hosts.delete(address);
    host.dead = true;
  }

  #pass(parcel: Parcel): void {
    if (severed(parcel.from, parcel.to)) this.#held.push(parcel);
    else if (!parcel.to.dead) parcel.arrive();
  }

  #later(act: () => void): void {
    if (this.#latencyMs === 0) queueMicrotask(act);
    else this.clock.after(this.#latencyMs, act);
  }
}

const severed = (from: Host, to: Host): boolean => from !== to && (from.cut || to.cut);

export const isLoopback = (address: string): boolean =>
  address === 'localhost' || address === '::1' || address.startsWith('127.');

/** The port to use for `on`. @throws RollcallError `usage` where it is taken */
export function claimPort(on: Endpoint, taken: ReadonlyMap<number, unknown>): number {
  if (on.port !== 0) {
    if (taken.has(on.port)) throw portTaken(on);
    return on.port;
  }
  let port = firstEphemeralPort;
  while (taken.has(port)) port += 1;
  return port;
}
