import { createHmac } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { asRollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { jitter, type Random } from '../../base/random.ts';
import type { Endpoint, PacketSocket, Transport } from '../../net/transport/transport.ts';
import type { Registered } from '../../net/wire/control.ts';
import { decodeHeartbeat, encodeHeartbeat, isAuthentic, type Mac, wantsAnswer } from '../../net/wire/heartbeat.ts';
import { answerEvery, beatJitter } from './limits.ts';
import type { UdpState } from './session.ts';

export interface BeatsOptions {
  transport: Transport;
  clock: Clock;
  random: Random;
  log: Log;
  /** The tracker spoke. */
  heard(): void;
  /** The tracker lost its end of the control link: connect and register again. */
  resync(): void;
  udp(state: UdpState): void;
}

/** One registration, as its datagrams need it. */
interface Epoch {
  registered: Registered;
  tracker: Endpoint;
  mac: Mac;
  /** Of our last datagram under this key; and of the last from the tracker, whose first may be 0. */
  sent: number;
  heard: number;
  /** When the first answer was asked for of those that none came to. */
  askedAt: number | undefined;
}

/** Heartbeats from one UDP port, as long as it is not disposed of: also while the control link is being mended. */
export class Beats implements AsyncDisposable {
  readonly #options: BeatsOptions;
  #epoch: Epoch | undefined;
  #socket: PacketSocket | undefined;
  #timer: Disposable | undefined;
  #udp: UdpState = 'unknown';
  #stopped = false;

  constructor(options: BeatsOptions) {
    this.#options = options;
  }

  get udp(): UdpState {
    return this.#udp;
  }

  /** Beats for this registration, at once and from then on. `tracker` is an address, not a name. */
  async follow(registered: Registered, tracker: Endpoint): Promise<void> {
    const key = Buffer.from(registered.heartbeatKey, 'base64');
    const mac: Mac = (message) => createHmac('sha256', key).update(message).digest();
    const epoch: Epoch = { registered, tracker, mac, sent: 0, heard: -1, askedAt: undefined };
    this.#epoch = epoch;
    await this.#bind(tracker);
    if (this.#epoch === epoch && !this.#stopped) this.#beatOn();
  }

  /** One beat more, now. */
  beat(): void {
    const epoch = this.#epoch;
    if (epoch === undefined || this.#socket === undefined || this.#stopped) return;
    const asks = epoch.sent % answerEvery === 0;
    epoch.sent += 1;
    if (asks) this.#ask(epoch);
    const { session } = epoch.registered;
    const beat = { kind: 'beat', session, sequence: epoch.sent, flags: asks ? wantsAnswer : 0 } as const;
    this.#socket.send(encodeHeartbeat(beat, epoch.mac), epoch.tracker);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    this.#timer?.[Symbol.dispose]();
    const socket = this.#socket;
    this.#socket = undefined;
    await socket?.[Symbol.asyncDispose]();
  }

  #beatOn(): void {
    this.beat();
    const { clock, random } = this.#options;
    const ms = this.#epoch?.registered.heartbeatMs;
    if (ms === undefined) return;
    this.#timer?.[Symbol.dispose]();
    this.#timer = clock.after(jitter(ms, beatJitter, random), () => this.#beatOn());
  }

  #ask(epoch: Epoch): void {
    const now = this.#options.clock.now();
    epoch.askedAt ??= now;
    if (now - epoch.askedAt >= epoch.registered.evictAfterMs) this.#judge('blocked');
  }

  #judge(udp: UdpState): void {
    if (udp === this.#udp) return;
    this.#udp = udp;
    this.#options.udp(udp);
  }

  /** A port of the tracker's address family; the one that there is, where it fits. */
  async #bind(tracker: Endpoint): Promise<void> {
    const host = tracker.host.includes(':') ? '::' : '0.0.0.0';
    const old = this.#socket;
    if (old !== undefined && old.at.host.includes(':') === host.includes(':')) return;
    this.#socket = undefined;
    await old?.[Symbol.asyncDispose]();
    try {
      const socket = await this.#options.transport.bind({ host, port: 0 }, (datagram) => this.#receive(datagram));
      if (this.#stopped) await socket[Symbol.asyncDispose]();
      else this.#socket = socket;
    } catch (error) {
      this.#options.log.warn(
        { why: asRollcallError(error).message },
        'no UDP port for heartbeats: the session lives on its TCP connection alone',
      );
      this.#judge('blocked');
    }
  }

  #receive(datagram: Uint8Array): void {
    const epoch = this.#epoch;
    const heartbeat = decodeHeartbeat(datagram);
    if (epoch === undefined || heartbeat === undefined || this.#stopped) return;
    if (heartbeat.kind === 'beat' || heartbeat.session !== epoch.registered.session) return;
    if (heartbeat.sequence <= epoch.heard || !isAuthentic(datagram, epoch.mac)) return;
    epoch.heard = heartbeat.sequence;
    epoch.askedAt = undefined;
    this.#judge('ok');
    this.#options.heard();
    if (heartbeat.kind === 'probe') this.beat();
    if (heartbeat.kind === 'resync') this.#options.resync();
  }
}
