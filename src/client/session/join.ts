import { asRollcallError, RollcallError } from '../../base/errors.ts';
import type { ContentId } from '../../base/ids.ts';
import type { ResourceName } from '../../base/names.ts';
import type { Announcement } from '../../base/roll.ts';
import type { Registered, TrackerCalls, TrackerMethod } from '../../net/wire/control.ts';
import { deadline } from './deadline.ts';
import { Lifeline } from './lifeline.ts';
import { callMs } from './limits.ts';
import type { Line } from './line.ts';
import { Offer } from './offer.ts';
import { OwnerWatch } from './ownerWatch.ts';
import { Passing } from './passing.ts';
import { late } from './rpc.ts';
import type { JoinOptions, KnownTracker, Membership, UdpState } from './session.ts';

/**
 * Joins the roll as a peer. This first try is the only one; from then on the session mends itself.
 * @throws RollcallError `unreachable`, `key-changed`, or with the code of the tracker's refusal
 */
export async function join(options: JoinOptions): Promise<Membership> {
  const member = new Member(options);
  try {
    await member.start();
    return member;
  } catch (error) {
    await member[Symbol.asyncDispose]();
    throw error;
  }
}

class Member implements Membership {
  readonly #options: JoinOptions;
  readonly #lifeline: Lifeline;
  readonly #offer: Offer;
  readonly #passing: Passing;
  readonly #watch: OwnerWatch;

  constructor(options: JoinOptions) {
    this.#options = options;
    this.#offer = new Offer((method, params) => this.#tell(method, params), options.log);
    this.#passing = new Passing((ids) => this.#tell('partial', { ids }), options.log);
    this.#watch = new OwnerWatch(async (ids) => {
      await this.#lifeline.gate.value?.rpc.call('watch', { ids }, { ms: callMs });
    }, options.log);
    this.#lifeline = new Lifeline(options, {
      up: (line, { resumed }) => {
        if (options.subscribe) void this.#subscribe(line);
        void this.#offer.renew(resumed);
        void this.#passing.renew(resumed);
        void this.#watch.renew();
      },
      owners: (id) => this.#watch.notice(id),
    });
  }

  get tracker(): KnownTracker {
    return this.#lifeline.joined.tracker;
  }

  get registered(): Registered {
    return this.#lifeline.joined.registered;
  }

  get udp(): UdpState {
    return this.#lifeline.udp;
  }

  start(): Promise<void> {
    return this.#lifeline.start();
  }

  async call<M extends TrackerMethod>(
    method: M,
    params: TrackerCalls[M]['params'],
    signal?: AbortSignal,
  ): Promise<TrackerCalls[M]['result']> {
    using limit = deadline(this.#options.clock, callMs, () => this.#late(method), signal);
    for (;;) {
      const line = await this.#lifeline.gate.pass(limit.signal);
      try {
        return await line.rpc.call(method, params, { ms: callMs, signal: limit.signal });
      } catch (error) {
        if (line.rpc.isOpen || limit.signal.aborted) throw error;
      }
    }
  }

  async announce(resources: readonly Announcement[]): Promise<void> {
    this.#lifeline.gate.throwIfShut();
    await this.#offer.announce(resources);
  }

  async withdraw(names: readonly ResourceName[]): Promise<void> {
    this.#lifeline.gate.throwIfShut();
    await this.#offer.withdraw(names);
  }

  async partial(ids: readonly ContentId[]): Promise<void> {
    this.#lifeline.gate.throwIfShut();
    await this.#passing.set(ids);
  }

  watchOwners(id: ContentId, changed: () => void): Disposable {
    return this.#watch.add(id, changed);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#lifeline[Symbol.asyncDispose]();
  }

  async #subscribe(line: Line): Promise<void> {
    try {
      await line.rpc.call('subscribe', {}, { ms: callMs });
    } catch (error) {
      this.#options.log.warn({ why: asRollcallError(error).message }, 'the tracker does not tell what changes');
    }
  }

  /** A tracker that leaves a change unanswered is given up, since nobody knows what it lists. */
  async #tell<M extends 'announce' | 'withdraw' | 'partial'>(
    method: M,
    params: TrackerCalls[M]['params'],
  ): Promise<'told' | 'away'> {
    const line = this.#lifeline.gate.value;
    if (line === undefined) return 'away';
    try {
      await line.rpc.call(method, params, { ms: callMs });
      return 'told';
    } catch (thrown) {
      const error = asRollcallError(thrown);
      if (line.rpc.isOpen && error.code !== 'unreachable') throw error;
      this.#lifeline.lose(line, error.message, 0);
      return 'away';
    }
  }

  #late(method: TrackerMethod): RollcallError {
    if (this.#lifeline.gate.value !== undefined) {
      this.#lifeline.doubt();
      return late(method, callMs);
    }
    return new RollcallError(
      'unreachable',
      `the tracker has been away for ${callMs / 1000} s: ${this.#lifeline.awayWhy}. It is tried again and again; ask later`,
    );
  }
}
