import { RollcallError } from '../../../base/errors.ts';
import { type ResourceName, resourceName, type UserName, userName } from '../../../base/names.ts';
import type { PeerAddress } from '../../../base/roll.ts';
import { safeText } from '../../../base/safeText.ts';
import { decodeText, maxSpokenBytes, peerPort } from './spoken.ts';

/**
 * The dialect by datagrams: one in words each way, without a line end; the tracker asks `hello` for a sign of life.
 *
 *     register <user> <port>          Registration successful
 *     announce <resource> <user>      Resource announced successfully
 *     query resources                 Resources:, and a line each; or No resources available.
 *     query users                     Active users:, and a line each; or No active users.
 *     get resource_info <resource>    <owner> <address> <port>, a line each; or Error: Resource '<resource>' not found.
 *     hello response                  nothing
 *
 * Any other reply is an error. No reply begins as a request does, so two trackers never answer each other.
 */
export type HelloRequest =
  | { ask: 'register'; user: UserName; port: number }
  | { ask: 'announce'; name: ResourceName; user: UserName }
  | { ask: 'resources' }
  | { ask: 'users' }
  | { ask: 'owners'; name: string }
  | { ask: 'response' };

/** What its client has room for, bytes: a buffer of 4,096 less the NUL that ends a string. */
export const maxHelloReplyBytes = 4095;
/** Owners in one reply: the client's table has no room for more. */
export const maxHelloOwners = 10;

/** Asks a client for a sign of life. */
export const helloProbe = 'hello';

export const helloReplies = {
  registered: 'Registration successful',
  announced: 'Resource announced successfully',
  resources: 'Resources:\n',
  noResources: 'No resources available.',
  users: 'Active users:\n',
  noUsers: 'No active users.',
} as const;

const requestStart = /^(?:register|announce|query|get|hello response)(?:[\s\0]|$)/;
/** The longest verb and what ends it, bytes. */
const startBytes = 'hello response'.length + 1;

/** The least byte that a verb begins with: heartbeats, which are many, begin with one below it. */
const lowerCaseA = 0x61;

/** True where a datagram begins as a request of this dialect does, whatever follows. */
export function isHello(datagram: Uint8Array): boolean {
  if ((datagram[0] ?? 0) < lowerCaseA) return false;
  return requestStart.test(String.fromCharCode(...datagram.subarray(0, startBytes)));
}

/**
 * What a datagram asks for that `isHello`; a line end or NULs after it are no part of it.
 * @throws RollcallError `usage`, `bad-message` or `limit` that says what is wrong with it
 */
export function parseHello(datagram: Uint8Array): HelloRequest {
  if (datagram.length > maxSpokenBytes) {
    throw new RollcallError('limit', `a request may have ${maxSpokenBytes} bytes, and this one is longer`);
  }
  const text = decodeText(datagram).replace(/[\s\0]+$/, '');
  const [verb, ...words] = text.split(/\s+/);
  const rest = text.slice(verb?.length).trim();
  switch (verb) {
    case 'register':
      return registration(words);
    case 'announce':
      return announcement(words);
    case 'query':
      if (rest === 'resources' || rest === 'users') return { ask: rest };
      throw new RollcallError('usage', 'there are "query resources" and "query users"');
    case 'get':
      return question(rest);
    case 'hello':
      return { ask: 'response' };
    default:
      throw new RollcallError('bad-message', 'this is no request');
  }
}

function registration(words: readonly string[]): HelloRequest {
  const [user, port, ...more] = words;
  if (user === undefined || port === undefined || more.length > 0) {
    throw new RollcallError('usage', '"register" takes a user name without white space, and a port');
  }
  return { ask: 'register', user: userName(user), port: peerPort(port) };
}

/** A name with white space could be listed, but nobody could ask for it. */
function announcement(words: readonly string[]): HelloRequest {
  const [name, user, ...more] = words;
  if (name === undefined || user === undefined || more.length > 0) {
    throw new RollcallError('usage', '"announce" takes a resource name without white space, and a user name');
  }
  return { ask: 'announce', name: resourceName(name), user: userName(user) };
}

function question(words: string): HelloRequest {
  const [, name] = /^resource_info\s+(\S.*)$/s.exec(words) ?? [];
  if (name === undefined) throw new RollcallError('usage', '"get resource_info" takes a resource name');
  return { ask: 'owners', name };
}

/** True where the lists of this dialect can say a name: their readers take white space for its end. */
export const isHelloName = (name: string): boolean => !/\s/.test(name);

/**
 * True where a list of owners can begin with a user: the reply would begin as a request does, or be taken for a probe by
 * a client that looks at its first word alone.
 */
export const isHelloOwner = (user: string): boolean => !/^(?:register|announce|query|get|hello)$/.test(user);

/** UTF-16 code units of words from elsewhere in a reply: each becomes 8 bytes at most. */
const maxEchoed = 400;
const echoed = (text: string): string => safeText(text.slice(0, maxEchoed));

export const helloNotFound = (name: string): string => `Error: Resource '${echoed(name)}' not found.`;
export const helloError = (why: string): string => `Error: ${echoed(why)}`;

export const resourceLine = (name: string, owner: string, { address, port }: PeerAddress): string =>
  `${name} (Owner: ${owner}, IP: ${address}, TCP Port: ${port})\n`;
export const userLine = (user: string): string => `${user}\n`;
export const ownerLine = (user: string, { address, port }: PeerAddress): string => `${user} ${address} ${port}\n`;

/** A reply that grows by whole lines until its reader has no room for the next. */
export class HelloList {
  #text: string;
  #bytes: number;
  #lines = 0;

  constructor(head: typeof helloReplies.resources | typeof helloReplies.users | '') {
    this.#text = head;
    this.#bytes = head.length;
  }

  get text(): string {
    return this.#text;
  }

  get lines(): number {
    return this.#lines;
  }

  /** False where there is no room for it; nothing is told of it then. */
  add(line: string): boolean {
    const bytes = encoder.encode(line).length;
    if (this.#bytes + bytes > maxHelloReplyBytes) return false;
    this.#text += line;
    this.#bytes += bytes;
    this.#lines += 1;
    return true;
  }
}

const encoder = new TextEncoder();
