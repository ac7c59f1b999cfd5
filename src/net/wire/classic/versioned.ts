import type { PeerAddress } from '../../../base/roll.ts';
import { safeText } from '../../../base/safeText.ts';
import { decodeSpoken, type Reader, SpokenLines } from './spoken.ts';

/** The dialect that begins with `PROTO_VERSION`: a line a message, both ways. */

/** The only version there is. */
export const protocolVersion = '1.0';

export type VersionedRequest =
  | { request: 'version'; version: string }
  | { request: 'register'; user: string }
  | { request: 'announce'; file: string; port: string }
  | { request: 'list' }
  | { request: 'locate'; file: string }
  /** It cannot be understood; after one that is too long nothing more is read. */
  | { request: 'faulty'; why: string; last?: boolean | undefined };

export const versionedReplies = {
  accepted: 'VERSION_OK\n',
  refused: 'VERSION_FAIL\n',
  registered: 'REGISTERED\n',
  announced: 'ANNOUNCED\n',
  notFound: 'NOT_FOUND\n',
  listEnd: 'END\n',
} as const;

export const foundReply = ({ address, port }: PeerAddress): string => `FOUND ${address} ${port}\n`;
export const fileLine = (file: string, { address, port }: PeerAddress): string => `${file} ${address} ${port}\n`;
export const errorReply = (why: string): string => `ERROR ${safeText(why)}\n`;

/** What each verb makes of the words after it; `undefined` where some are missing. */
const verbs: ReadonlyMap<string, (rest: string) => VersionedRequest | undefined> = new Map([
  ['PROTO_VERSION', (rest) => (rest === '' ? undefined : { request: 'version', version: rest })],
  ['REGISTER', (rest) => (rest === '' ? undefined : { request: 'register', user: rest })],
  ['ANNOUNCE', announcement],
  ['LIST_FILES', () => ({ request: 'list' })],
  ['REQUEST', (rest) => (rest === '' ? undefined : { request: 'locate', file: rest })],
] satisfies [string, (rest: string) => VersionedRequest | undefined][]);

export class VersionedReader implements Reader<VersionedRequest> {
  readonly #lines = new SpokenLines();

  get unfinished(): boolean {
    return trimmed(this.#lines.held) !== '';
  }

  push(bytes: Uint8Array): VersionedRequest[] {
    if (this.#lines.overlong) return [];
    const requests = this.#lines.push(bytes).flatMap((line) => read(line, 'whole'));
    if (this.#lines.overlong) requests.push({ request: 'faulty', why: 'a line is too long', last: true });
    return requests;
  }

  pause(): VersionedRequest[] {
    return this.#take('perhaps');
  }

  expire(): VersionedRequest[] {
    return this.#take('whole');
  }

  #take(whole: 'whole' | 'perhaps'): VersionedRequest[] {
    const requests = read(this.#lines.held, whole);
    if (requests.length > 0) this.#lines.keep(0);
    return requests;
  }
}

/** None where the line is blank, or where it may go on. */
function read(line: string, whole: 'whole' | 'perhaps'): VersionedRequest[] {
  const text = trimmed(line);
  if (text === '') return [];
  try {
    const [, verb = '', rest = ''] = /^([^ \t]+)[ \t]*(.*)$/.exec(decodeSpoken(text)) ?? [];
    const make = verbs.get(verb);
    const request = make?.(rest);
    if (request !== undefined) return [request];
    const mayGoOn = make !== undefined || (rest === '' && [...verbs.keys()].some((known) => known.startsWith(verb)));
    if (whole === 'perhaps' && mayGoOn) return [];
    return [{ request: 'faulty', why: make === undefined ? 'there is no such command' : `${verb} says too little` }];
  } catch {
    // It is no text. One that was cut in the middle of a character is not, either.
    return whole === 'perhaps' ? [] : [{ request: 'faulty', why: 'a line is not UTF-8' }];
  }
}

/** A name with white space could not be told apart in a list. */
function announcement(rest: string): VersionedRequest | undefined {
  const [file, port, ...more] = rest.split(/[ \t]+/);
  if (file === undefined || file === '' || port === undefined) return undefined;
  if (more.length > 0) {
    return { request: 'faulty', why: 'ANNOUNCE takes a file name without white space, and a port' };
  }
  return { request: 'announce', file, port };
}

/** Programs in C may send the NUL that ends their strings. */
const trimmed = (line: string): string => line.replace(/^[ \t\r\0]+|[ \t\r\0]+$/g, '');
