import type { Fingerprint } from '../../../base/ids.ts';
import { publicKeyOf } from '../../identity/certificate.ts';
import type { Identity } from '../../identity/identity.ts';
import { lost } from '../failures.ts';
import { lingerMs } from '../limits.ts';
import type { Endpoint, Link, StreamHandler } from '../transport.ts';
import type { Breakable, Host, Wire } from './wire.ts';

/** One end of a link, before it is joined to the other. */
export interface End {
  host: Host;
  at: Endpoint;
  identity: Identity;
  /** Called once, when this end is closed. */
  onClosed?: (() => void) | undefined;
}

type Event = { event: 'data'; bytes: Uint8Array } | { event: 'end' } | { event: 'broken' };

/** A link between two hosts, both ends of it. */
export function linkPair(wire: Wire, a: End, b: End): [MemoryLink, MemoryLink] {
  const [first, second] = [new MemoryLink(wire, a, b), new MemoryLink(wire, b, a)];
  first.join(second);
  second.join(first);
  return [first, second];
}

export class MemoryLink implements Link, Breakable {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly fingerprint: Fingerprint;
  readonly #wire: Wire;
  readonly #own: End;
  readonly #other: End;
  #peer: MemoryLink | undefined;
  #handler: StreamHandler | undefined;
  #state: 'open' | 'ending' | 'closed' = 'open';
  #inbox: Event[] = [];
  #queuedBytes = 0;
  #linger: Disposable | undefined;

  constructor(wire: Wire, own: End, other: End) {
    this.#wire = wire;
    this.#own = own;
    this.#other = other;
    this.local = own.at;
    this.remote = other.at;
    this.fingerprint = other.identity.fingerprint;
    own.host.ends.add(this);
  }

  get publicKey(): Uint8Array {
    return publicKeyOf(this.#other.identity.certificate);
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  join(peer: MemoryLink): void {
    this.#peer = peer;
  }

  open(handler: StreamHandler): void {
    this.#handler = handler;
    queueMicrotask(() => this.#pump());
  }

  write(bytes: Uint8Array | string): void {
    if (this.#state !== 'open') return;
    const chunk = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
    this.#queuedBytes += chunk.length;
    this.#send({ event: 'data', bytes: chunk }, () => {
      this.#queuedBytes -= chunk.length;
    });
  }

  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ending';
    this.#send({ event: 'end' });
    this.#linger = this.#wire.clock.after(lingerMs, () => this.destroy());
  }

  destroy(): void {
    if (this.#state === 'closed') return;
    this.#send({ event: 'end' });
    this.#close();
  }

  break(silent: boolean): void {
    if (this.#state === 'closed') return;
    this.#send({ event: 'broken' });
    if (silent) this.#handler = undefined;
    this.#close(lost(this.remote));
  }

  #send(event: Event, taken?: () => void): void {
    this.#wire.hop(this.#own.host, this.#other.host, () => {
      taken?.();
      this.#peer?.receive(event);
    });
  }

  receive(event: Event): void {
    if (this.#state === 'closed') return;
    this.#inbox.push(event);
    this.#pump();
  }

  #pump(): void {
    while (this.#handler !== undefined && this.#state !== 'closed') {
      const event = this.#inbox.shift();
      if (event === undefined) return;
      if (event.event === 'data') this.#handler.data(event.bytes);
      else if (event.event === 'broken') this.#close(lost(this.remote));
      else this.destroy();
    }
  }

  #close(error?: Error): void {
    this.#state = 'closed';
    this.#linger?.[Symbol.dispose]();
    this.#inbox = [];
    this.#own.host.ends.delete(this);
    const handler = this.#handler;
    queueMicrotask(() => {
      handler?.closed(error);
      this.#own.onClosed?.();
    });
  }
}
