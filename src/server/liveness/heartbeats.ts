import type { SessionId } from '../../base/ids.ts';
import type { Endpoint } from '../../net/transport/transport.ts';
import {
  decodeHeartbeat,
  encodeHeartbeat,
  type HeartbeatKind,
  isAuthentic,
  type Mac,
  wantsAnswer,
} from '../../net/wire/heartbeat.ts';
import type { Detector, Effect } from './detector.ts';
import { heartbeatMac } from './mac.ts';
import { ReplayWindow } from './replayWindow.ts';

/** The heartbeat's shell: who sent a datagram, where to answer, and nothing of what follows from it. */
export interface Heartbeats {
  /** From now on only this key speaks for the session; its address is unknown until it does. */
  add(session: SessionId, key: Uint8Array): void;
  remove(session: SessionId): void;
  /** A datagram came. Anything but an authentic, fresh beat is counted, and met with silence. */
  receive(datagram: Uint8Array, from: Endpoint): void;
  /**
   * Asks a session for a beat; does nothing where none has come yet, so that there is no address to ask. `told` hears of
   * the next beat, unless a later one took its place.
   */
  probe(session: SessionId, told?: Told): void;
  /** Tells a session to register again. */
  resync(session: SessionId): void;
  readonly counters: Readonly<HeartbeatCounters>;
}

type Told = (what: 'beat' | 'no address') => void;

/** Datagrams since the start, by what they were. */
export interface HeartbeatCounters {
  accepted: number;
  badMac: number;
  replayed: number;
  malformed: number;
  /** Of a session that is not here. */
  unknown: number;
}

export interface HeartbeatsOptions {
  detector: Pick<Detector, 'heardDatagram'>;
  /** Monotonic milliseconds. */
  now(): number;
  send(datagram: Uint8Array, to: Endpoint): void;
  /** What the detector makes of a beat; never called for nothing. A `resync` is to be performed by `resync()`. */
  onEffects(effects: readonly Effect[]): void;
}

/** A session, and where its newest authentic beat came from: port 0 while none has come. */
interface Beating extends Endpoint {
  readonly mac: Mac;
  readonly window: ReplayWindow;
  /** Of our own last datagram to it. */
  sequence: number;
  /** Waits for a beat. */
  told: Told | undefined;
}

export function createHeartbeats({ detector, now, send, onEffects }: HeartbeatsOptions): Heartbeats {
  const sessions = new Map<SessionId, Beating>();
  const counters: HeartbeatCounters = { accepted: 0, badMac: 0, replayed: 0, malformed: 0, unknown: 0 };

  const tell = (kind: HeartbeatKind, session: SessionId): void => {
    const to = sessions.get(session);
    if (to === undefined || to.port === 0) return;
    const { host, port, mac } = to;
    to.sequence += 1;
    send(encodeHeartbeat({ kind, session, sequence: to.sequence, flags: 0 }, mac), { host, port });
  };

  return {
    counters,

    add(session, key) {
      const mac = heartbeatMac(key);
      sessions.set(session, { mac, window: new ReplayWindow(), host: '', port: 0, sequence: 0, told: undefined });
    },

    remove(session) {
      sessions.delete(session);
    },

    receive(datagram, from) {
      const beat = decodeHeartbeat(datagram);
      if (beat?.kind !== 'beat') return void counters.malformed++;
      const sender = sessions.get(beat.session);
      if (sender === undefined) return void counters.unknown++;
      if (!isAuthentic(datagram, sender.mac)) return void counters.badMac++;
      const order = sender.window.take(beat.sequence);
      if (order === 'replayed') return void counters.replayed++;
      counters.accepted++;
      if (order === 'newest') move(sender, from);
      if (sender.told !== undefined) tellBeat(sender);
      const effects = detector.heardDatagram(beat.session, now());
      if (effects.length > 0) onEffects(effects);
      if ((beat.flags & wantsAnswer) === 0) return;
      // A resync is an answer too, and two would be longer than the question.
      if (!effects.some(({ effect }) => effect === 'resync')) tell('ack', beat.session);
    },

    probe(session, told) {
      const to = sessions.get(session);
      if (to?.port === 0) told?.('no address');
      else if (to !== undefined && told !== undefined) to.told = told;
      tell('probe', session);
    },
    resync: (session) => tell('resync', session),
  };
}

function tellBeat(sender: Beating): void {
  const { told } = sender;
  sender.told = undefined;
  told?.('beat');
}

/** Mostly there is nothing to write: an address that is kept outlives what it came with. */
function move(sender: Beating, { host, port }: Endpoint): void {
  if (sender.host !== host) sender.host = host;
  sender.port = port;
}
