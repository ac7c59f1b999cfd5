import type { LivenessSettings } from './detector.ts';

/** Every span of time that the detector judges by, milliseconds, from three settings. Figures are for the defaults. */
export interface Deadlines {
  /** 6 s: silence on both channels that makes a peer suspect; datagrams that long away are shown as blocked. */
  suspectMs: number;
  /** 12 s: silence on both channels that ends it. */
  evictMs: number;
  /** 1 s: from one probe to the next, so that `probesEach` of them fill the time from suspicion to eviction. */
  probeMs: number;
  /** 3 s: from the close of the control connection to the end, where no datagram came after it. */
  closedMs: number;
  /** 100 ms: a datagram heard that soon after the close may have been sent before it, and proves nothing. */
  settleMs: number;
  /** 30 s: how long datagrams alone keep a session whose control connection is closed. */
  streamlessMs: number;
  /** 5 s: without datagrams, how often to ask on the control connection; an answer has to come before `suspectMs`. */
  pingMs: number;
  /** 30 s: nothing on the control connection, though datagrams come; from here on it is pinged too. */
  muteMs: number;
  /** 42 s: those pings had no answer for as long as ends a peer; the connection is half-open, and RESYNC mends it. */
  halfOpenMs: number;
  /** 1 s: least time between two RESYNCs; half a heartbeat, so that each regular one is answered and a flood is not. */
  resyncMs: number;
  /** 1 s: a tick later than that means that we were not there to hear anybody. */
  stalledMs: number;
  /** 24 s: longest freeze after many fell silent at once. */
  massFreezeMs: number;
}

/** Probes to a suspect, and to a peer that somebody reported. */
export const probesEach = 6;

/** A hiccup that a busy machine has anyway, milliseconds; no stall, however short the settings are. */
const hiccupMs = 250;

export function deadlines({ heartbeatMs, suspectAfterMs, evictAfterMs }: LivenessSettings): Deadlines {
  return {
    suspectMs: suspectAfterMs,
    evictMs: evictAfterMs,
    probeMs: (evictAfterMs - suspectAfterMs) / probesEach,
    closedMs: evictAfterMs / 4,
    settleMs: heartbeatMs / 20,
    streamlessMs: evictAfterMs * 2.5,
    pingMs: (suspectAfterMs * 5) / 6,
    muteMs: evictAfterMs * 2.5,
    halfOpenMs: evictAfterMs * 3.5,
    resyncMs: heartbeatMs / 2,
    stalledMs: Math.max(hiccupMs, evictAfterMs / 12),
    massFreezeMs: evictAfterMs * 2,
  };
}
