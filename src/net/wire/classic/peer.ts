import { RollcallError } from '../../../base/errors.ts';
import type { Dialect } from '../../../base/roll.ts';

/**
 * How peers of older systems ask each other for a file: one request a connection, the answer to its end.
 *
 *     hello       get <name>
 *     versioned   <name>
 *     hostname    DOWNLOAD <name>
 *     fields      GET_FILE NUL <name> NUL
 *
 * A line end, or a NUL, ends the first three. None of their programs sends one, so that only silence tells the end.
 */
export type PeerRequest =
  | { dialect: Dialect; name: string; wrong?: undefined }
  | { dialect: Dialect; wrong: 'no-name' | 'malformed' };

/** Longest name, bytes of UTF-8: paths of the ancestors had 256. */
export const maxPeerNameBytes = 1024;

const verbs = { hello: 'get ', hostname: 'DOWNLOAD ', fields: 'GET_FILE\0' } as const;
/** The longest verb, the longest name, CRLF. */
const maxRequestBytes = verbs.fields.length + maxPeerNameBytes + 2;

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder();

/** As its programs send it. @throws RollcallError `bad-message` for what cannot be asked in this dialect */
export function encodePeerRequest(dialect: Dialect, name: string): Uint8Array {
  if (name === '' || /[\0\r\n]/.test(name) || encoder.encode(name).length > maxPeerNameBytes) {
    throw new RollcallError('bad-message', 'the tracker names a file in a way that its owner cannot be asked for');
  }
  switch (dialect) {
    case 'hello':
    case 'hostname':
      return encoder.encode(verbs[dialect] + name);
    case 'versioned':
      return encoder.encode(name);
    case 'fields':
      return encoder.encode(`${verbs.fields}${name}\0`);
  }
}

/** Reads one request, whatever pieces it comes in. Holds bytes, never a socket. */
export class PeerRequestReader {
  readonly #held = new Uint8Array(maxRequestBytes);
  #bytes = 0;

  /** The request, once it is whole. What comes after it belongs to none. */
  push(chunk: Uint8Array): PeerRequest | undefined {
    const part = chunk.subarray(0, maxRequestBytes - this.#bytes);
    this.#held.set(part, this.#bytes);
    this.#bytes += part.length;
    const end = this.#end();
    if (end !== -1) return parsePeerRequest(this.#held.subarray(0, end));
    return this.#bytes === maxRequestBytes ? parsePeerRequest(this.#held) : undefined;
  }

  /** Nothing more has come for a while, or will: the request, where only that tells its end. */
  pause(): PeerRequest | undefined {
    if (this.#bytes === 0 || this.#isFields()) return undefined;
    return parsePeerRequest(this.#held.subarray(0, this.#bytes));
  }

  /** Where the request ends, or -1. */
  #end(): number {
    const held = this.#held.subarray(0, this.#bytes);
    if (this.#isFields()) return held.indexOf(0, verbs.fields.length);
    return held.findIndex((byte) => byte === 0x0a || byte === 0);
  }

  #isFields(): boolean {
    return lossy.decode(this.#held.subarray(0, Math.min(this.#bytes, verbs.fields.length))) === verbs.fields;
  }
}

/** Reads all of a request, without its end. */
function parsePeerRequest(bytes: Uint8Array): PeerRequest {
  const text = lossy.decode(bytes);
  if (text.startsWith(verbs.fields)) return named('fields', bytes.subarray(verbs.fields.length), false);
  if (text.startsWith(verbs.hello)) return named('hello', bytes.subarray(verbs.hello.length), true);
  if (/^DOWNLOAD(?:[ \t\r]|$)/.test(text)) return named('hostname', bytes.subarray(verbs.hostname.length), true);
  return named('versioned', bytes, true);
}

function named(dialect: Dialect, bytes: Uint8Array, isLine: boolean): PeerRequest {
  if (bytes.length > maxPeerNameBytes + 1) return { dialect, wrong: 'malformed' };
  try {
    const text = strict.decode(bytes);
    const name = isLine ? text.replace(/^[ \t]+|[ \t\r]+$/g, '') : text;
    if (name === '') return { dialect, wrong: 'no-name' };
    return encoder.encode(name).length > maxPeerNameBytes ? { dialect, wrong: 'malformed' } : { dialect, name };
  } catch {
    // It is not UTF-8, as every name here is.
    return { dialect, wrong: 'malformed' };
  }
}
