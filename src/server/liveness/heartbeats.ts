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
  /** Asks a session for a beat; does nothing where none has come yet, so that there is no address to ask. */
  probe(session: SessionId): void;
  /** Tells a session to register again. */
  resync(session: SessionId): void;
  readonly counters: Readonly<HeartbeatCounters>;
}

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

interface Beating {
  readonly mac: Mac;
  readonly window: ReplayWindow;
  /** Where the newest authentic beat came from. */
  source: Endpoint | undefined;
  /** Of our own last datagram to it. */
  sequence: number;
}

export function createHeartbeats({ detector, now, send, onEffects }: HeartbeatsOptions): Heartbeats {
  const sessions = new Map<SessionId, Beating>();
  const counters: HeartbeatCounters = { accepted: 0, badMac: 0, replayed: 0, malformed: 0, unknown: 0 };

  const tell = (kind: HeartbeatKind, session: SessionId): void => {
    const to = sessions.get(session);
    if (to?.source === undefined) return;
    to.sequence += 1;
    send(encodeHeartbeat({ kind, session, sequence: to.sequence, flags: 0 }, to.mac), to.source);
  };

  return {
    counters,

    add(session, key) {
      sessions.set(session, { mac: heartbeatMac(key), window: new ReplayWindow(), source: undefined, sequence: 0 });
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
      if (order === 'newest' && !isSame(sender.source, from)) sender.source = from;
      const effects = detector.heardDatagram(beat.session, now());
      if (effects.length > 0) onEffects(effects);
      // A resync is an answer too, and two would be longer than the question.
      const answered = effects.some(({ effect }) => effect === 'resync');
      if ((beat.flags & wantsAnswer) !== 0 && !answered) tell('ack', beat.session);
    },

    probe: (session) => tell('probe', session),
    resync: (session) => tell('resync', session),
  };
}

const isSame = (a: Endpoint | undefined, b: Endpoint): boolean => a?.port === b.port && a.host === b.host;
