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
/** What the MAC covers, bytes from the start. */
export const signedBytes = 24;
/** The first four bytes: magic and version, and room for the kind. */
const start = 0x5243_0100;
const sessionAt = 4;
const sequenceAt = 12;
const flagsAt = 20;

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

const kindOf: (HeartbeatKind | undefined)[] = [];
for (const [name, code] of Object.entries(kinds)) kindOf[code] = name as HeartbeatKind;

/** Flag bit 0: the sender wants an answer. */
export const wantsAnswer = 1;

export interface Heartbeat {
  kind: HeartbeatKind;
  session: SessionId;
  /** Grows by at least one with each datagram of a sender under one key. Below 2^53. */
  sequence: number;
  flags: number;
}

/**
 * HMAC-SHA-256 of `message`, at least its first 16 bytes; bound to one session's key by whoever hands it in. Both the
 * message and the result may be memory that is used again after the call.
 */
export type Mac = (message: Uint8Array) => Uint8Array;

export function encodeHeartbeat({ kind, session, sequence, flags }: Heartbeat, mac: Mac): Uint8Array {
  const datagram = new Uint8Array(heartbeatBytes);
  setUint32(datagram, 0, start | kinds[kind]);
  setUint53(datagram, sessionAt, session);
  setUint53(datagram, sequenceAt, sequence);
  setUint32(datagram, flagsAt, flags);
  const tag = macOf(datagram, mac);
  for (let index = signedBytes; index < heartbeatBytes; index++) datagram[index] = tag[index - signedBytes] as number;
  return datagram;
}

/** What a datagram claims to be, before its MAC is checked; nothing where it is none of ours. */
export function decodeHeartbeat(datagram: Uint8Array): Heartbeat | undefined {
  if (datagram.length !== heartbeatBytes) return undefined;
  const kind = kindOf[getUint32(datagram, 0) - start];
  const session = getUint53(datagram, sessionAt);
  const sequence = getUint53(datagram, sequenceAt);
  if (kind === undefined || session === undefined || sequence === undefined) return undefined;
  return { kind, session: session as SessionId, sequence, flags: getUint32(datagram, flagsAt) };
}

/** True where the datagram's MAC is right; takes the same time wherever the first wrong byte is. */
export function isAuthentic(datagram: Uint8Array, mac: Mac): boolean {
  const expected = macOf(datagram, mac);
  let difference = 0;
  for (let index = signedBytes; index < heartbeatBytes; index++) {
    difference |= (datagram[index] as number) ^ (expected[index - signedBytes] as number);
  }
  return difference === 0;
}

/** What is signed, copied: a view of the datagram costs more to make than these bytes to move. */
const signed = new Uint8Array(signedBytes);

function macOf(datagram: Uint8Array, mac: Mac): Uint8Array {
  for (let index = 0; index < signedBytes; index++) signed[index] = datagram[index] as number;
  return mac(signed);
}

function setUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Without a DataView, whose making costs more than all the reading. */
function getUint32(bytes: Uint8Array, at: number): number {
  const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] as [number, number, number, number];
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

function setUint53(bytes: Uint8Array, at: number, value: number): void {
  setUint32(bytes, at, Math.floor(value / 2 ** 32));
  setUint32(bytes, at + 4, value);
}

function getUint53(bytes: Uint8Array, at: number): number | undefined {
  const high = getUint32(bytes, at);
  return high < 2 ** 21 ? high * 2 ** 32 + getUint32(bytes, at + 4) : undefined;
}
