import { RollcallError } from '../../../base/errors.ts';
import type { Dialect } from '../../../base/roll.ts';
import { safeText } from '../../../base/safeText.ts';

/**
 * What an owner answers, and how that begins.
 *
 *     hello       the bytes
 *     versioned   the bytes
 *     hostname    FILESIZE <bytes> LF BEGIN_DOWNLOAD LF, the bytes
 *     fields      0, <bytes> NUL, the bytes
 *
 * A file that is not there: `Error: File not found.` LF (hello), nothing at all (versioned), `ERROR File not found` LF
 * (hostname), 1 (fields). What separates the lines of hostname is not published: line ends may be missing.
 */

/** Why there is no file. */
export type PeerRefusal = 'not-found' | 'no-name' | 'malformed' | 'failure';

const encoder = new TextEncoder();
const helloMissing = encoder.encode('Error: File not found.\n');
const hostnameErrors: Record<PeerRefusal, string> = {
  'not-found': 'ERROR File not found',
  'no-name': 'ERROR No filename specified',
  malformed: 'ERROR Invalid request',
  failure: 'ERROR File not found',
};

/** True where an answer says how long the file is, so that an early end is noticed. */
export const tellsLength = (dialect: Dialect): boolean => dialect === 'hostname' || dialect === 'fields';

/** What comes before a file's bytes; each part is a message of its own. */
export function answerHead(dialect: Dialect, size: number): Uint8Array[] {
  switch (dialect) {
    case 'hello':
    case 'versioned':
      return [];
    case 'hostname':
      return [encoder.encode(`FILESIZE ${size}\n`), encoder.encode('BEGIN_DOWNLOAD\n')];
    case 'fields':
      return [encoder.encode(`\0${size}\0`)];
  }
}

/** What is answered in place of a file; it may be nothing. */
export function encodeRefusal(dialect: Dialect, why: PeerRefusal): Uint8Array {
  switch (dialect) {
    case 'hello':
      return helloMissing;
    case 'versioned':
      return new Uint8Array();
    case 'hostname':
      return encoder.encode(`${hostnameErrors[why]}\n`);
    case 'fields':
      return Uint8Array.of(why === 'not-found' ? 1 : 2);
  }
}

/** A part of an answer. */
export type PeerAnswer =
  | { part: 'bytes'; bytes: Uint8Array }
  /** There is no file. `said` is the owner's text, fit for a terminal. */
  | { part: 'refusal'; why: 'not-found' | 'failure'; said: string };

/** Longest beginning of an answer that is looked at, bytes: all that are known have at most 60. */
const maxHeadBytes = 256;
/** The most digits of a length: those of 2^53. */
const maxDigits = 16;

interface Head {
  size?: number | undefined;
  /** Where the file's bytes begin. */
  from: number;
}
type Refused = Extract<PeerAnswer, { part: 'refusal' }>;
/** Looks at the beginning of an answer; nothing while more has to come. */
type ReadHead = (held: Uint8Array, ended: boolean) => Head | Refused | undefined;

const nothing = new Uint8Array();
const bytesOf = (bytes: Uint8Array): PeerAnswer => ({ part: 'bytes', bytes });
const notFound = (said = ''): Refused => ({ part: 'refusal', why: 'not-found', said });
const isRefusal = (head: Head | Refused): head is Refused => 'part' in head;
const ascii = new TextDecoder('latin1');

/** Tells the bytes of a file from what an owner says around them. Holds bytes, never a socket. */
export class PeerAnswerReader {
  readonly #dialect: Dialect;
  #held: Uint8Array = nothing;
  #head: Head | undefined;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** True once it is known that a file comes. */
  get begun(): boolean {
    return this.#head !== undefined;
  }

  /** Bytes, where the owner has told. */
  get size(): number | undefined {
    return this.#head?.size;
  }

  /** @throws RollcallError `bad-message` where it is no answer of the dialect */
  push(chunk: Uint8Array): PeerAnswer {
    if (this.#head !== undefined || chunk.length === 0) return bytesOf(chunk);
    this.#held = this.#held.length === 0 ? chunk : join(this.#held, chunk);
    return this.#look(false);
  }

  /** The answer is over: what was held since it could have been something else. @throws RollcallError `bad-message` */
  end(): PeerAnswer {
    return this.#head === undefined ? this.#look(true) : bytesOf(nothing);
  }

  #look(ended: boolean): PeerAnswer {
    const held = this.#held;
    const head = readHead[this.#dialect](held.subarray(0, maxHeadBytes), ended);
    if (head === undefined) {
      if (held.length >= maxHeadBytes) throw malformed(this.#dialect);
      return bytesOf(nothing);
    }
    if (isRefusal(head)) return head;
    this.#head = head;
    this.#held = nothing;
    return bytesOf(held.subarray(head.from));
  }
}

const readHead: Record<Dialect, ReadHead> = {
  hello(held, ended) {
    const same = held.length <= helloMissing.length && held.every((byte, at) => byte === helloMissing[at]);
    if (!same) return { from: 0 };
    if (!ended) return undefined;
    return held.length === helloMissing.length ? notFound() : { from: 0 };
  },
  versioned: (held) => (held.length > 0 ? { from: 0 } : notFound()),
  hostname(held, ended) {
    const text = ascii.decode(held);
    if (text.startsWith(hostnameErrors['not-found'])) return notFound();
    const error = /^ERROR[ \t]*([^\r\n]*)(\n)?/.exec(text);
    if (error !== null && (error[2] !== undefined || ended)) {
      return { part: 'refusal', why: 'failure', said: safeText(error[1] ?? '') };
    }
    const told = /^FILESIZE[ \t]+(\d+)([ \t\r\n]*)BEGIN_DOWNLOAD(\r?\n)?/.exec(text);
    if (told === null) {
      if (!'FILESIZE'.startsWith(text.slice(0, 8)) && !'ERROR'.startsWith(text.slice(0, 5)))
        throw malformed('hostname');
      return undefined;
    }
    // Whoever ends the first line with a line end ends the second with one too; else it is the file's own first byte.
    const [all, digits = '', between = '', lineEnd = ''] = told;
    const linesEnd = between.includes('\n');
    const rest = text.slice(all.length);
    if (linesEnd && lineEnd === '' && (rest === '' || rest === '\r') && !ended) return undefined;
    return { size: length(digits, 'hostname'), from: linesEnd ? all.length : all.length - lineEnd.length };
  },
  fields(held) {
    const [first] = held;
    if (first === undefined) return undefined;
    if (first === 1) return notFound();
    if (first === 2) return { part: 'refusal', why: 'failure', said: '' };
    const end = held.indexOf(0, 1);
    if (first !== 0 || (end === -1 && held.length > maxDigits + 1)) throw malformed('fields');
    return end === -1 ? undefined : { size: length(ascii.decode(held.subarray(1, end)), 'fields'), from: end + 1 };
  },
};

function length(digits: string, dialect: Dialect): number {
  const size = /^\d+$/.test(digits) && digits.length <= maxDigits ? Number(digits) : Number.NaN;
  if (!Number.isSafeInteger(size)) throw malformed(dialect);
  return size;
}

function join(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

const malformed = (dialect: Dialect): RollcallError =>
  new RollcallError(
    'bad-message',
    `what came is no answer of the "${dialect}" protocol: another program is at that port`,
  );
