import { RollcallError } from '../../../base/errors.ts';

/** Longest line of a dialect that is spoken in words, bytes with its end: a name of 255 bytes, a verb, an address, and more. */
export const maxSpokenBytes = 1024;

/**
 * What reads one side of a connection without framing. Where no line end comes, a silence says that a message is whole:
 * how long that is, whoever has a clock knows.
 */
export interface Reader<Request> {
  /** The requests that these bytes complete. */
  push(bytes: Uint8Array): Request[];
  /** Nothing has come for a while: what is whole without its line end is complete. */
  pause(): Request[];
  /** Nothing more is waited for: what is not whole is answered as it is. */
  expire(): Request[];
  /** Something has come that is not answered yet. */
  readonly unfinished: boolean;
}

const lineEnd = '\n';
/** Bytes that one call of `fromCharCode` takes at most: engines limit its arguments. */
const sliceBytes = 4096;

/** Lines as they come, a character a byte, so that a cut in the middle of a character does no harm. */
export class SpokenLines {
  #held = '';
  #overlong = false;

  /** The beginning of a line. */
  get held(): string {
    return this.#held;
  }

  /** A line was too long: nothing more is read. */
  get overlong(): boolean {
    return this.#overlong;
  }

  /** Lines without their ends; those before one that is too long are among them. */
  push(bytes: Uint8Array): string[] {
    if (this.#overlong) return [];
    const lines = (this.#held + characters(bytes)).split(lineEnd);
    this.#held = lines.pop() ?? '';
    const tooLong = lines.findIndex(({ length }) => length >= maxSpokenBytes);
    this.#overlong = tooLong !== -1 || this.#held.length >= maxSpokenBytes;
    if (!this.#overlong) return lines;
    this.#held = '';
    return tooLong === -1 ? lines : lines.slice(0, tooLong);
  }

  /** Keeps the last `characters` of what is held. */
  keep(characters: number): void {
    this.#held = this.#held.slice(this.#held.length - characters);
  }
}

function characters(bytes: Uint8Array): string {
  let text = '';
  for (let from = 0; from < bytes.length; from += sliceBytes) {
    text += String.fromCharCode(...bytes.subarray(from, from + sliceBytes));
  }
  return text;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text that a line of bytes is. @throws RollcallError `bad-message` where it is not UTF-8 */
export function decodeSpoken(line: string): string {
  const bytes = Uint8Array.from(line, (character) => character.charCodeAt(0));
  return decodeText(bytes);
}

/** @throws RollcallError `bad-message` where the bytes are not UTF-8 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new RollcallError('bad-message', 'a message is not UTF-8', { cause });
  }
}

const leastPort = 1024;
const mostPort = 65_535;

/** The port that a peer says it serves on. @throws RollcallError `usage` */
export function peerPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < leastPort || port > mostPort) {
    throw new RollcallError('usage', `a peer's port is a number from ${leastPort} to ${mostPort}`);
  }
  return port;
}
