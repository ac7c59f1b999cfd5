import { type Deadlines, probesEach } from './deadlines.ts';
import type { Effect, EvictionReason } from './detector.ts';
import { heardAt, type Watch } from './watch.ts';

/** Back among the living. */
export function revive(peer: Watch, why: string): Effect {
  peer.state = 'alive';
  peer.silentAt = undefined;
  peer.probesLeft = 0;
  return { effect: 'revive', session: peer.session, why };
}

/** True while the control connection is open, and not half-open as far as we can tell. */
export const hasStream = (peer: Watch): boolean => peer.closedAt === undefined && !peer.halfOpen;

export function startProbes(peer: Watch, at: number): void {
  peer.probesLeft = probesEach;
  peer.probeAt = at;
}

export function dueProbe(peer: Watch, { probeMs }: Deadlines, now: number): Effect[] {
  if (peer.probesLeft === 0 || now < peer.probeAt) return [];
  peer.probesLeft -= 1;
  peer.probeAt += probeMs;
  return [{ effect: 'probe', session: peer.session }];
}

/** What follows from a datagram of a peer that is not simply alive on both channels. */
export function answerDatagram(peer: Watch, spans: Deadlines, now: number): Effect[] {
  const { session, closedAt } = peer;
  const effects: Effect[] = [];
  if (peer.udp === 'blocked') {
    peer.udp = 'ok';
    effects.push({ effect: 'udp', session, udp: 'ok', why: 'a heartbeat came' });
  }
  if (closedAt !== undefined && now - closedAt >= spans.settleMs) peer.outlivedStream = true;
  if (now >= peer.resyncAt && !hasStream(peer)) {
    peer.resyncAt = now + spans.resyncMs;
    effects.push({ effect: 'resync', session });
  }
  if (peer.state === 'suspect' && (closedAt === undefined || peer.outlivedStream)) {
    effects.push(revive(peer, 'a heartbeat came'));
  }
  return effects;
}

export interface End {
  reason: EvictionReason;
  why: string;
}

/** Why a session is to end now; nothing while it is not. */
export function end(peer: Watch, spans: Deadlines, now: number): End | undefined {
  const { closedAt } = peer;
  if (closedAt !== undefined) {
    if (now - closedAt >= spans.streamlessMs) {
      return { reason: 'disconnected', why: `no control connection for ${seconds(now - closedAt)}` };
    }
    if (!peer.outlivedStream && now - closedAt >= spans.closedMs) {
      const why = `its control connection closed, and no heartbeat in ${seconds(now - closedAt)} since`;
      return { reason: 'disconnected', why };
    }
  }
  const silentMs = now - heardAt(peer);
  if (peer.state !== 'suspect' || silentMs < spans.evictMs) return undefined;
  return { reason: 'silent', why: `silent for ${seconds(silentMs)}` };
}

/** Suspects who is silent, and asks who should be heard. */
export function watchOver(peer: Watch, spans: Deadlines, now: number, effects: Effect[]): void {
  const { session } = peer;
  const silentMs = now - heardAt(peer);
  if (peer.state === 'alive') {
    if (silentMs >= spans.suspectMs) {
      peer.state = 'suspect';
      peer.silentAt = now;
      startProbes(peer, now);
      effects.push({ effect: 'suspect', session, why: `silent for ${seconds(silentMs)}` });
    } else if (peer.closedAt === undefined) {
      watchChannels(peer, spans, now, effects);
    }
  }
  if (peer.probesLeft > 0) effects.push(...dueProbe(peer, spans, now));
}

/** A peer whose control connection is open: does it still hear us there, and do its datagrams come? */
function watchChannels(peer: Watch, spans: Deadlines, now: number, effects: Effect[]): void {
  const { session } = peer;
  const missingMs = now - peer.datagramAt;
  const muteMs = now - peer.streamAt;
  if (missingMs >= spans.suspectMs && peer.udp === 'ok') {
    peer.udp = 'blocked';
    effects.push({ effect: 'udp', session, udp: 'blocked', why: `no heartbeat for ${seconds(missingMs)}` });
  }
  peer.halfOpen = muteMs >= spans.halfOpenMs;
  const inDoubt = muteMs >= spans.muteMs && !peer.halfOpen;
  if ((missingMs >= spans.pingMs || inDoubt) && now >= peer.pingAt) {
    peer.pingAt = now + spans.pingMs;
    effects.push({ effect: 'ping', session });
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
