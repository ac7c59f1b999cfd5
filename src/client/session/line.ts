import type { Clock } from '../../base/clock.ts';
import { asRollcallError, RollcallError } from '../../base/errors.ts';
import type { Endpoint, Link } from '../../net/transport/transport.ts';
import type { Registered, Registration } from '../../net/wire/control.ts';
import { deadline } from './deadline.ts';
import { dialMs } from './limits.ts';
import { type CallOptions, Rpc, type RpcHandlers } from './rpc.ts';
import { serverText } from './server.ts';
import type { KnownTracker, SessionOptions } from './session.ts';

/** One connection to a tracker whose key was found right, from its dialling to its loss. */
export class Line {
  readonly rpc: Rpc;
  /** The tracker's address, as its name resolved. */
  readonly at: Endpoint;
  readonly #clock: Clock;
  #tracker: KnownTracker;
  #registered: Registered | undefined;

  constructor(rpc: Rpc, { remote, fingerprint, publicKey }: Link, clock: Clock) {
    this.rpc = rpc;
    this.at = remote;
    this.#clock = clock;
    this.#tracker = { at: remote, fingerprint, publicKey, clockOffsetMs: 0 };
  }

  get tracker(): KnownTracker {
    return this.#tracker;
  }

  get registered(): Registered | undefined {
    return this.#registered;
  }

  async register(registration: Registration, options: CallOptions): Promise<Registered> {
    const registered = await this.#timed((sending) => this.rpc.call('register', registration, { ...options, sending }));
    this.#registered = registered;
    return registered;
  }

  async ping(options: CallOptions): Promise<void> {
    await this.#timed((sending) => this.rpc.call('ping', {}, { ...options, sending }));
  }

  /** Learns how far the tracker's wall clock is from ours, taking its `time` for that of the middle of the round trip. */
  async #timed<Answer extends { time: number }>(ask: (sending: () => void) => Promise<Answer>): Promise<Answer> {
    let sent = this.#clock.now();
    const answer = await ask(() => {
      sent = this.#clock.now();
    });
    const halfMs = (this.#clock.now() - sent) / 2;
    this.#tracker = { ...this.#tracker, clockOffsetMs: answer.time - (this.#clock.wall() - halfMs) };
    return answer;
  }
}

/**
 * Dials once and checks the tracker's key; nothing has been sent when it returns.
 * @throws RollcallError `unreachable`, `key-changed`
 */
export async function openLine(options: SessionOptions, handlers: RpcHandlers): Promise<Line> {
  const { server, clock, stamp, log, pins } = options;
  const link = await dial(options);
  const rpc = new Rpc({ link, clock, stamp, log, handlers });
  try {
    const { fingerprint } = link;
    if ((await pins.check(server, fingerprint)) === 'first') {
      log.warn(
        { server: serverText(server), fingerprint },
        'met this tracker for the first time: its key is remembered',
      );
    }
    return new Line(rpc, link, clock);
  } catch (error) {
    rpc.destroy();
    throw error;
  }
}

async function dial({ server, identity, transport, clock, signal }: SessionOptions): Promise<Link> {
  using limit = deadline(clock, dialMs, () => silent(server), signal);
  try {
    return await transport.dial(server, { identity, signal: limit.signal });
  } catch (cause) {
    signal.throwIfAborted();
    const { code, message } = asRollcallError(cause);
    throw new RollcallError(code, `cannot reach the tracker: ${message}`, { cause });
  }
}

function silent(server: Endpoint): RollcallError {
  return new RollcallError(
    'unreachable',
    `${serverText(server)} does not answer within ${dialMs / 1000} s: see that the address is right and no firewall is in between`,
  );
}
