import type { SessionId } from '../../base/ids.ts';
import { deadlines } from './deadlines.ts';
import { type Detector, type Effect, type LivenessSettings, noEffects } from './detector.ts';
import { type Census, createFreeze } from './freeze.ts';
import { answerDatagram, dueProbe, type End, end, hasStream, revive, startProbes, watchOver } from './rules.ts';
import { postpone, type Watch, watch } from './watch.ts';

/** The rules of `detector.ts`, for any number of sessions; a tick visits each once. */
export function createDetector(settings: LivenessSettings): Detector {
  const spans = deadlines(settings);
  const freeze = createFreeze(spans);
  const peers = new Map<SessionId, Watch>();

  /** The session, where that epoch of it is still its present one, and its connection open. */
  const connected = (session: SessionId, epoch: number): Watch | undefined => {
    const peer = peers.get(session);
    return peer?.epoch === epoch && peer.closedAt === undefined ? peer : undefined;
  };

  return {
    join(session, epoch, now) {
      const before = peers.get(session);
      if (before !== undefined && epoch < before.epoch) return [];
      peers.set(session, watch(session, epoch, now));
      const effects: Effect[] = [];
      if (before?.state === 'suspect') effects.push({ effect: 'revive', session, why: 'registered again' });
      if (before?.udp === 'blocked') {
        effects.push({ effect: 'udp', session, udp: 'ok', why: 'registered again' });
      }
      return effects;
    },

    leave(session) {
      peers.delete(session);
    },

    heardDatagram(session, now) {
      const peer = peers.get(session);
      if (peer === undefined) return noEffects;
      peer.datagramAt = now;
      if (peer.state === 'alive') peer.probesLeft = 0;
      const calm = peer.state === 'alive' && peer.udp === 'ok' && hasStream(peer);
      return calm ? noEffects : answerDatagram(peer, spans, now);
    },

    heardStream(session, epoch, now) {
      const peer = connected(session, epoch);
      if (peer === undefined) return noEffects;
      peer.streamAt = now;
      peer.halfOpen = false;
      peer.probesLeft = 0;
      return peer.state === 'alive' ? noEffects : [revive(peer, 'heard on its control connection')];
    },

    streamClosed(session, epoch, now) {
      const peer = connected(session, epoch);
      if (peer === undefined) return [];
      peer.closedAt = now;
      startProbes(peer, now + spans.settleMs);
      if (peer.state === 'suspect') return [];
      peer.state = 'suspect';
      return [{ effect: 'suspect', session, why: 'its control connection closed' }];
    },

    reported(session, now) {
      const peer = peers.get(session);
      if (peer === undefined) return [];
      startProbes(peer, Math.max(now, peer.probeAt));
      return dueProbe(peer, spans, now);
    },

    tick(now, lateMs) {
      const effects: Effect[] = [];
      if (lateMs > spans.stalledMs) {
        for (const peer of peers.values()) postpone(peer, lateMs, now);
        effects.push(freeze.stalled(lateMs, now));
      }
      const frozen = freeze.holds(now);
      const census: Census = { peers: peers.size, silent: 0, fellSilent: 0 };
      const ended: ({ session: SessionId } & End)[] = [];
      for (const peer of peers.values()) {
        const ending = end(peer, spans, now);
        if (ending !== undefined) ended.push({ session: peer.session, ...ending });
        if (ending === undefined || frozen) watchOver(peer, spans, now, effects);
        if (peer.silentAt !== undefined) {
          census.silent += 1;
          if (now - peer.silentAt <= spans.suspectMs) census.fellSilent += 1;
        }
      }
      effects.push(...freeze.weigh(census, now));
      if (freeze.holds(now)) return effects;
      for (const { session, reason, why } of ended) {
        peers.delete(session);
        effects.push({ effect: 'evict', session, reason, why });
      }
      return effects;
    },
  };
}
