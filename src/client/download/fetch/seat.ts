import { silentMs } from '../limits.ts';
import { OwnerFault } from '../plan/faults.ts';
import { type AnyOwner, type Listed, ownerKey } from '../plan/owners.ts';
import type { OwnerKey } from '../plan/swarm.ts';
import type { Source } from './source.ts';

/** An owner at work, with its connections: each carries one request at a time. */
export class Seat implements AsyncDisposable {
  readonly key: OwnerKey;
  readonly is: Listed['is'];
  /** When it showed last that it lives, in flow time. */
  heardAt: number;
  /** Since when it does nothing, unless it does something now, in flow time. */
  idleSince: number;
  #owner: AnyOwner;
  readonly #connect: (owner: AnyOwner) => Source;
  readonly #idle: Source[] = [];
  readonly #lanes = new Set<Source>();
  #closing = false;

  constructor({ owner, is }: Listed, now: number, connect: (owner: AnyOwner) => Source) {
    this.heardAt = now;
    this.idleSince = now;
    this.key = ownerKey(owner);
    this.is = is;
    this.#owner = owner;
    this.#connect = connect;
  }

  get owner(): AnyOwner {
    return this.#owner;
  }

  /** True once it is given up: what it still does counts, and nothing new is asked of it. */
  get closing(): boolean {
    return this.#closing;
  }

  /** A connection that nothing goes on on. */
  lane(): Source {
    const lane = this.#idle.pop() ?? this.#connect(this.#owner);
    this.#lanes.add(lane);
    return lane;
  }

  /** A connection to this owner that was opened for something else. */
  adopt(lane: Source): void {
    this.#lanes.add(lane);
    this.#idle.push(lane);
  }

  /** The request on it has come to its end. */
  giveBack(lane: Source): void {
    if (!lane.over && !this.#closing) this.#idle.push(lane);
  }

  /** Ends one connection, and what goes on on it. */
  async hangUp(lane: Source, why: OwnerFault): Promise<void> {
    lane.breakOff(why);
    this.#lanes.delete(lane);
    await lane[Symbol.asyncDispose]();
  }

  /** The roll has given us a fresh ticket. */
  renew(owner: AnyOwner): void {
    this.#owner = owner;
  }

  close(why: OwnerFault): void {
    this.#closing = true;
    for (const lane of this.#lanes) lane.breakOff(why);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#lanes].map((lane) => lane[Symbol.asyncDispose]()));
  }
}

/** What there is to hold against an owner whom the others did without. */
export function leftBehind({ heardAt }: Seat, now: number): OwnerFault {
  if (now - heardAt < silentMs) return new OwnerFault('slow', 'the others are faster without it');
  return new OwnerFault('cut', `it sent nothing for ${Math.round((now - heardAt) / 1000)} s`);
}
