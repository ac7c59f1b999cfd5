import { decodeSpoken, type Reader, SpokenLines } from './spoken.ts';

/**
 * The dialect without framing: words with white space between them, a line end allowed and not needed. A reply is what
 * one read of the asker takes, so it has no line end either.
 */

/** What one read of its client takes, less one that a NUL may need. */
export const maxReplyBytes = 4095;

/** The words that each verb takes. */
const verbs = { REGISTER: 2, PUBLISH: 2, FETCH: 1, LIST_CLIENTS: 0, DISCOVER_CLIENT: 1 } as const;
export type HostnameVerb = keyof typeof verbs;
export const hostnameVerbs: readonly HostnameVerb[] = Object.keys(verbs) as HostnameVerb[];

export type HostnameRequest =
  | { request: 'register'; host: string; port: string }
  | { request: 'publish'; file: string; host: string }
  | { request: 'fetch'; file: string }
  | { request: 'list' }
  | { request: 'discover'; host: string }
  /** Too few words, too many, or no text. */
  | { request: 'faulty'; verb: HostnameVerb }
  /** No verb of this dialect; after a line that is too long, or the first word of HTTP, nothing more is read. */
  | { request: 'unknown'; last?: boolean | undefined };

export const hostnameReplies = {
  registered: 'REGISTER_SUCCESS',
  exists: 'REGISTER_FAIL Hostname already exists',
  published: 'PUBLISH_SUCCESS',
  notRegistered: 'PUBLISH_FAIL Client not registered',
  notFound: 'FETCH_NOT_FOUND',
  notDiscovered: 'DISCOVER_CLIENT_NOT_FOUND',
  unknown: 'UNKNOWN_COMMAND',
} as const;

export const registerFailure = (why: string): string => `REGISTER_FAIL ${why}`;
export const publishFailure = (why: string): string => `PUBLISH_FAIL ${why}`;

/** What answers a request that has the wrong words. */
export function faultyReply(verb: HostnameVerb): string {
  switch (verb) {
    case 'REGISTER':
      return registerFailure('Invalid request');
    case 'PUBLISH':
      return publishFailure('Invalid request');
    case 'FETCH':
      return hostnameReplies.notFound;
    case 'DISCOVER_CLIENT':
      return hostnameReplies.notDiscovered;
    default:
      return hostnameReplies.unknown;
  }
}

/** A list that grows until one read would not take it. */
export class ListReply {
  #text: string;
  #bytes: number;

  constructor(head: 'FETCH_OK' | 'LIST_CLIENTS_OK' | 'DISCOVER_CLIENT_OK') {
    this.#text = head;
    this.#bytes = head.length;
  }

  get text(): string {
    return this.#text;
  }

  /** False where there is no room for it; nothing is told of it then. */
  add(entry: string): boolean {
    const bytes = new TextEncoder().encode(entry).length + 1;
    if (this.#bytes + bytes > maxReplyBytes) return false;
    this.#text += ` ${entry}`;
    this.#bytes += bytes;
    return true;
  }
}

export class HostnameReader implements Reader<HostnameRequest> {
  readonly #lines = new SpokenLines();

  get unfinished(): boolean {
    return wordsOf(this.#lines.held).length > 0;
  }

  push(bytes: Uint8Array): HostnameRequest[] {
    if (this.#lines.overlong) return [];
    const requests = this.#lines.push(bytes).flatMap((line) => read(line, 'whole').requests);
    if (this.#lines.overlong) requests.push({ request: 'unknown', last: true });
    return requests;
  }

  pause(): HostnameRequest[] {
    return this.#take('perhaps');
  }

  expire(): HostnameRequest[] {
    return this.#take('whole');
  }

  #take(whole: Whole): HostnameRequest[] {
    const { requests, left } = read(this.#lines.held, whole);
    this.#lines.keep(left);
    return requests;
  }
}

/** Nothing more comes of this line, or perhaps something does. */
type Whole = 'whole' | 'perhaps';

interface Word {
  text: string;
  index: number;
}

const wordsOf = (text: string): Word[] =>
  Array.from(text.matchAll(/[^ \t\r\v\f]+/g), ({ 0: word, index }) => ({ text: word, index }));

/** The requests of a line, one after another, and how many characters at its end may become another. */
function read(line: string, whole: Whole): { requests: HostnameRequest[]; left: number } {
  const requests: HostnameRequest[] = [];
  let rest = line;
  for (let words = wordsOf(rest); words.length > 0; words = wordsOf(rest)) {
    const command = first(words, whole);
    if (command === undefined) return { requests, left: rest.length };
    requests.push(command.request);
    rest = command.end === undefined ? '' : rest.slice(command.end);
  }
  return { requests, left: 0 };
}

/** The request that these words begin with, and where it ends if more follows; nothing where it may go on. */
function first(
  words: readonly Word[],
  whole: Whole,
): { request: HostnameRequest; end?: number | undefined } | undefined {
  const [head, ...others] = words;
  const verb = head && hostnameVerbs.find((known) => known === head.text || leads(known, head.text, others));
  if (head === undefined || verb === undefined) {
    if (whole === 'perhaps' && isBeginning(words)) return undefined;
    return { request: { request: 'unknown', ...(httpMethods.has(head?.text ?? '') && { last: true }) } };
  }
  if (head.text !== verb) return { request: { request: 'list' }, end: head.index + verb.length };
  const taken = others.slice(0, verbs[verb]);
  const following = others.slice(verbs[verb]);
  if (taken.length < verbs[verb]) return whole === 'perhaps' ? undefined : { request: { request: 'faulty', verb } };
  const last = taken.at(-1);
  const glued = last === undefined ? 0 : gluedAt(last.text, following);
  if (last !== undefined && glued > 0) {
    const texts = [...taken.slice(0, -1).map(({ text }) => text), last.text.slice(0, glued)];
    return { request: make(verb, texts), end: last.index + glued };
  }
  const [next, ...more] = following;
  if (next !== undefined && !begins(next.text, more) && !(whole === 'perhaps' && isBeginning(following))) {
    return { request: { request: 'faulty', verb } };
  }
  return {
    request: make(
      verb,
      taken.map(({ text }) => text),
    ),
    end: next?.index,
  };
}

function make(verb: HostnameVerb, words: readonly string[]): HostnameRequest {
  try {
    const [one = '', two = ''] = words.map(decodeSpoken);
    switch (verb) {
      case 'REGISTER':
        return { request: 'register', host: one, port: two };
      case 'PUBLISH':
        return { request: 'publish', file: one, host: two };
      case 'FETCH':
        return { request: 'fetch', file: one };
      case 'LIST_CLIENTS':
        return { request: 'list' };
      default:
        return { request: 'discover', host: one };
    }
  } catch {
    // A word is no text.
    return { request: 'faulty', verb };
  }
}

/**
 * A page in a browser can have it send any lines to any machine, behind those of HTTP (what `fetch` calls `no-cors`):
 * nobody is to act in the name of whoever looks at one.
 */
const httpMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']);

/** The only word so far may be the beginning of a verb. */
const isBeginning = ([head, ...others]: readonly Word[]): boolean =>
  others.length === 0 && head !== undefined && hostnameVerbs.some((verb) => verb.startsWith(head.text));

/** True where a request begins with this word and the words after it. */
const begins = (word: string, following: readonly Word[]): boolean =>
  hostnameVerbs.some((verb) =>
    verb === word ? verbs[verb] === 0 || following.length > 0 : leads(verb, word, following),
  );

/** A verb that takes no words, with the next request right after it. */
const leads = (verb: HostnameVerb, word: string, following: readonly Word[]): boolean =>
  verbs[verb] === 0 && word.startsWith(verb) && begins(word.slice(verb.length), following);

/** Where in the last word of a request the next request begins, as when two went off in one segment; 0 where none does. */
function gluedAt(word: string, following: readonly Word[]): number {
  for (let at = 1; at < word.length; at++) {
    if (begins(word.slice(at), following)) return at;
  }
  return 0;
}
