import { decodeText } from './spoken.ts';

/** The dialect of strings that end in a NUL, with one request on a connection. */

/** Longest string, bytes with its NUL. */
export const maxFieldBytes = 256;

/** The strings after each verb. */
const verbs = {
  REGISTER: ['date', 'user'],
  UNREGISTER: ['date', 'user'],
  CONNECT: ['date', 'user', 'port'],
  DISCONNECT: ['date', 'user'],
  PUBLISH: ['date', 'user', 'file', 'description'],
  DELETE: ['date', 'user', 'file'],
  LIST_USERS: ['date', 'user'],
  LIST_CONTENT: ['date', 'user', 'target'],
} as const;
export type FieldsVerb = keyof typeof verbs;
export const fieldsVerbs: readonly FieldsVerb[] = Object.keys(verbs) as FieldsVerb[];

/** One of a verb's own strings each. */
export type FieldsRequest = {
  [Verb in FieldsVerb]: { verb: Verb } & Record<(typeof verbs)[Verb][number], string>;
}[FieldsVerb];

/** A request that cannot be understood: its verb, as far as there is one. */
export interface FaultyFields {
  verb: 'faulty';
  of?: FieldsVerb | undefined;
}

/** What the first byte of a reply says. What is not here is told by the failure of its verb. */
export const fieldsCodes = {
  ok: 0,
  inUse: 1,
  noSuchUser: 1,
  alreadyConnected: 2,
  notConnected: 2,
  alreadyPublished: 3,
  notPublished: 3,
  noSuchTarget: 3,
} as const;

const failures: Record<FieldsVerb, number> = {
  REGISTER: 2,
  UNREGISTER: 2,
  CONNECT: 3,
  DISCONNECT: 3,
  PUBLISH: 4,
  DELETE: 4,
  LIST_USERS: 3,
  LIST_CONTENT: 4,
};
/** The least of all failures: 1 has another meaning everywhere. */
const failureOfNothing = 2;

export const fieldsFailure = (verb: FieldsVerb | undefined): number =>
  verb === undefined ? failureOfNothing : failures[verb];

/** A reply: the code, then for a list how many entries there are, and the strings of each. */
export function fieldsReply(code: number, list?: { entries: number; strings: readonly string[] }): Uint8Array {
  const text = list === undefined ? '' : [list.entries, ...list.strings].map((string) => `${string}\0`).join('');
  const encoded = new TextEncoder().encode(text);
  const reply = new Uint8Array(1 + encoded.length);
  reply[0] = code;
  reply.set(encoded, 1);
  return reply;
}

/** True where a string fits in one of this dialect. */
export const fitsField = (text: string): boolean =>
  !text.includes('\0') && new TextEncoder().encode(text).length < maxFieldBytes;

/** Reads the one request of a connection; what comes after it is let go. */
export class FieldsReader {
  readonly #strings: string[] = [];
  readonly #held = new Uint8Array(maxFieldBytes - 1);
  #heldBytes = 0;

  /** The request, once it is there. */
  push(bytes: Uint8Array): FieldsRequest | FaultyFields | undefined {
    for (const byte of bytes) {
      const request = byte === 0 ? this.#complete() : this.#hold(byte);
      if (request !== undefined) return request;
    }
    return undefined;
  }

  /** Nothing more is waited for. */
  expire(): FaultyFields {
    return { verb: 'faulty', of: this.#verb };
  }

  get #verb(): FieldsVerb | undefined {
    return fieldsVerbs.find((verb) => verb === this.#strings[0]);
  }

  #hold(byte: number): FaultyFields | undefined {
    if (this.#heldBytes === this.#held.length) return this.expire();
    this.#held[this.#heldBytes] = byte;
    this.#heldBytes += 1;
    return undefined;
  }

  #complete(): FieldsRequest | FaultyFields | undefined {
    try {
      this.#strings.push(decodeText(this.#held.subarray(0, this.#heldBytes)));
    } catch {
      // It is no text.
      return this.expire();
    }
    this.#heldBytes = 0;
    const verb = this.#verb;
    if (verb === undefined) return this.expire();
    const names: readonly string[] = verbs[verb];
    const values = this.#strings.slice(1);
    if (values.length < names.length) return undefined;
    return { verb, ...Object.fromEntries(names.map((name, at) => [name, values[at]])) } as FieldsRequest;
  }
}
