import { type SessionId, sessionId } from '../../../src/base/ids.ts';
import { createDetector } from '../../../src/server/liveness/createDetector.ts';
import { type Detector, defaultLiveness, type Effect, tickMs } from '../../../src/server/liveness/detector.ts';

export const one: SessionId = sessionId(1);

/** A detector on hand-wound time, with what it did, each effect as one line: `6000 suspect 1`. */
export interface Scene {
  readonly detector: Detector;
  readonly lines: string[];
  /** Sets the time without a tick. */
  at(ms: number): Scene;
  join(session?: SessionId, epoch?: number): Scene;
  datagram(session?: SessionId): Scene;
  stream(session?: SessionId, epoch?: number): Scene;
  close(session?: SessionId, epoch?: number): Scene;
  report(session?: SessionId): Scene;
  /** One tick, at that time. */
  tick(ms: number, lateMs?: number): Scene;
  /** Ticks every `tickMs` up to and with `ms`; `between` plays the peers after each. */
  run(ms: number, between?: (now: number) => void): Scene;
  /** The lines since the last call, all or those that start with one of the words. */
  told(...effects: string[]): string[];
}

export function line(effect: Effect, now: number): string {
  if (effect.effect === 'freeze') return `${now} freeze until ${effect.untilMs}`;
  return `${now} ${effect.effect} ${effect.session}${effect.effect === 'udp' ? ` ${effect.udp}` : ''}`;
}

export function scene(settings: typeof defaultLiveness = defaultLiveness): Scene {
  const detector = createDetector(settings);
  const lines: string[] = [];
  let now = 0;
  let told = 0;
  const note = (effects: readonly Effect[]): Scene => {
    lines.push(...effects.map((effect) => line(effect, now)));
    return it;
  };
  const it: Scene = {
    detector,
    lines,
    at(ms) {
      now = ms;
      return it;
    },
    join: (session = one, epoch = 1) => note(detector.join(session, epoch, now)),
    datagram: (session = one) => note(detector.heardDatagram(session, now)),
    stream: (session = one, epoch = 1) => note(detector.heardStream(session, epoch, now)),
    close: (session = one, epoch = 1) => note(detector.streamClosed(session, epoch, now)),
    report: (session = one) => note(detector.reported(session, now)),
    tick: (ms, lateMs = 0) => it.at(ms) && note(detector.tick(ms, lateMs)),
    run(ms, between) {
      while (now + tickMs <= ms) {
        it.tick(now + tickMs);
        between?.(now);
      }
      return it.at(ms);
    },
    told(...effects) {
      const fresh = lines.slice(told);
      told = lines.length;
      if (effects.length === 0) return fresh;
      return fresh.filter((text) => effects.includes(text.split(' ')[1] ?? ''));
    },
  };
  return it;
}

/** Sessions 1 … `count`. */
export const sessions = (count: number): SessionId[] =>
  Array.from({ length: count }, (_, index) => sessionId(index + 1));
