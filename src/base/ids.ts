import type { Brand } from './brand.ts';
import { RollcallError } from './errors.ts';

/** The root of a file's SHA-256 Merkle tree over 16 KiB leaves (BEP 52 `pieces root`): 64 lower-case hex digits. */
export type ContentId = Brand<string, 'ContentId'>;
/** SHA-256 of a certificate's DER: 64 lower-case hex digits. */
export type Fingerprint = Brand<string, 'Fingerprint'>;
/** One run of a client, chosen by it at its start: 32 lower-case hex digits. Keeps its session over reconnections. */
export type InstanceId = Brand<string, 'InstanceId'>;
/** A session at one run of the tracker: a whole number below 2^53, u64 in a datagram, a number in JSON. */
export type SessionId = Brand<number, 'SessionId'>;

function hex(text: string, digits: number, what: string): string {
  if (text.length !== digits || !/^[0-9a-f]+$/.test(text)) {
    throw new RollcallError('usage', `not a ${what}: it has to be ${digits} lower-case hex digits`);
  }
  return text;
}

/** @throws RollcallError `usage` */
export const contentId = (text: string): ContentId => hex(text, 64, 'content id') as ContentId;

/** Takes hex with or without colons, in either case, as OpenSSL prints it. @throws RollcallError `usage` */
export const fingerprint = (text: string): Fingerprint =>
  hex(text.replaceAll(':', '').toLowerCase(), 64, 'fingerprint') as Fingerprint;

/** @throws RollcallError `usage` */
export const instanceId = (text: string): InstanceId => hex(text, 32, 'instance id') as InstanceId;

/** @throws RollcallError `usage` */
export function sessionId(value: number): SessionId {
  if (!Number.isSafeInteger(value) || value < 0) throw new RollcallError('usage', 'not a session id');
  return value as SessionId;
}

/** Enough of an id for a person to tell two apart: its first 8 digits. */
export const shortId = (id: ContentId | Fingerprint): string => id.slice(0, 8);
