import type { SessionId } from '../../base/ids.ts';

/**
 * The heartbeat datagram, 40 bytes, big-endian:
 *
 *      0  magic 0x52 0x43 ("RC")        2  version 1        3  kind
 *      4  session id, u64              12  sequence, u64   20  flags, u32
 *     24  the first 16 bytes of HMAC-SHA-256 over bytes 0…23, keyed by the session's heartbeat key
 *
 * Both directions have this one layout; the kind says the direction, so a reflected datagram is refused.
 */
export const heartbeatBytes = 40;
const signedBytes = 24;
const magic = 0x5243;
const version = 1;

export type HeartbeatKind = keyof typeof kinds;
const kinds = {
  /** Client to tracker: I live. */
  beat: 1,
  /** Tracker to client: heard; only where the beat's flags asked. */
  ack: 2,
  /** Tracker to client: heard, but your session's connection is gone; connect and register again. */
  resync: 3,
  /** Tracker to client: beat at once. */
  probe: 4,
} as const;

const kindOf = new Map<number, HeartbeatKind>(
  Object.entries(kinds).map(([name, code]) => [code, name as HeartbeatKind]),
);

/** Flag bit 0: the sender wants an answer. */
export const wantsAnswer = 1;

export interface Heartbeat {
  kind: HeartbeatKind;
  session: SessionId;
  /** Grows by at least one with each datagram of a sender under one key. Below 2^53. */
  sequence: number;
  flags: number;
}

/** HMAC-SHA-256 of `message`, 32 bytes; bound to one session's key by whoever hands it in. */
export type Mac = (message: Uint8Array) => Uint8Array;

export function encodeHeartbeat(heartbeat: Heartbeat, mac: Mac): Uint8Array {
  const datagram = new Uint8Array(heartbeatBytes);
  const view = new DataView(datagram.buffer);
  view.setUint16(0, magic);
  view.setUint8(2, version);
  view.setUint8(3, kinds[heartbeat.kind]);
  setUint53(view, 4, heartbeat.session);
  setUint53(view, 12, heartbeat.sequence);
  view.setUint32(20, heartbeat.flags);
  datagram.set(mac(datagram.subarray(0, signedBytes)).subarray(0, heartbeatBytes - signedBytes), signedBytes);
  return datagram;
}

/** What a datagram claims to be, before its MAC is checked; nothing where it is none of ours. */
export function decodeHeartbeat(datagram: Uint8Array): Heartbeat | undefined {
  if (datagram.length !== heartbeatBytes) return undefined;
  const view = new DataView(datagram.buffer, datagram.byteOffset, heartbeatBytes);
  const kind = kindOf.get(view.getUint8(3));
  const session = getUint53(view, 4);
  const sequence = getUint53(view, 12);
  if (view.getUint16(0) !== magic || view.getUint8(2) !== version) return undefined;
  if (kind === undefined || session === undefined || sequence === undefined) return undefined;
  return { kind, session: session as SessionId, sequence, flags: view.getUint32(20) };
}

/** True where the datagram's MAC is right; takes the same time wherever the first wrong byte is. */
export function isAuthentic(datagram: Uint8Array, mac: Mac): boolean {
  const expected = mac(datagram.subarray(0, signedBytes));
  let difference = 0;
  for (let index = signedBytes; index < heartbeatBytes; index++) {
    difference |= (datagram[index] as number) ^ (expected[index - signedBytes] as number);
  }
  return difference === 0;
}

function setUint53(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, Math.floor(value / 2 ** 32));
  view.setUint32(offset + 4, value >>> 0);
}

function getUint53(view: DataView, offset: number): number | undefined {
  const high = view.getUint32(offset);
  return high < 2 ** 21 ? high * 2 ** 32 + view.getUint32(offset + 4) : undefined;
}
