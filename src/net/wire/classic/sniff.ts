import type { Dialect } from '../../../base/roll.ts';
import { fieldsVerbs } from './fields.ts';
import { hostnameVerbs } from './hostname.ts';

/** The dialects whose tracker is asked over TCP. */
export type TcpDialect = Exclude<Dialect, 'hello'>;
export const tcpDialects: readonly TcpDialect[] = ['versioned', 'hostname', 'fields'];

/** What is known of what follows: nothing; that nothing came for a while; that nothing more is waited for. */
export type Following = 'anything' | 'a pause' | 'nothing';

const versionWord = 'PROTO_VERSION';
/** What is said in this dialect only after the version. */
const versionedVerbs = ['REGISTER', 'ANNOUNCE', 'LIST_FILES', 'REQUEST'] as const;
/** The only request that is one word, which may be the whole of what comes. */
const wholeWord = 'LIST_CLIENTS';
/** Longest word that is waited for the end of, bytes: twice the longest verb, and more. */
const maxWordBytes = 64;

const nul = 0;
const space = 0x20;
const isSpace = (byte: number): boolean => byte === space || (byte >= 0x09 && byte <= 0x0d);
const isPrintable = (byte: number): boolean => byte > space && byte < 0x7f;

/**
 * Which of the enabled dialects a connection speaks, by its first bytes. Those that several of them begin with, or none,
 * go to one that has an answer for what it does not know; `unknown` are those that none has.
 */
export function sniff(
  bytes: Uint8Array,
  enabled: readonly Dialect[],
  following: Following,
): TcpDialect | 'more' | 'unknown' {
  const among = tcpDialects.filter((dialect) => enabled.includes(dialect));
  const [only, other] = among;
  if (only === undefined) return 'unknown';
  const start = bytes.findIndex((byte) => !isSpace(byte));
  if (start > maxWordBytes || (start === -1 && bytes.length > maxWordBytes)) return 'unknown';
  if (start === -1) return following === 'nothing' ? 'unknown' : 'more';
  if (other === undefined) return only;
  const length = bytes.subarray(start).findIndex((byte) => byte === nul || isSpace(byte));
  const letters = bytes.subarray(start, length === -1 ? undefined : start + length);
  const word = String.fromCharCode(...letters.subarray(0, maxWordBytes));
  const is = (dialect: TcpDialect): boolean => among.includes(dialect);
  if (is('versioned') && word.startsWith(versionWord)) return 'versioned';
  if (letters.length > maxWordBytes || !letters.every(isPrintable)) return 'unknown';
  if (length === -1) return unended(word, is, following);
  if (bytes[start + length] === nul) return is('fields') ? 'fields' : textual(word, is);
  return textual(word, is);
}

type Is = (dialect: TcpDialect) => boolean;

function unended(word: string, is: Is, following: Following): TcpDialect | 'more' {
  if (following === 'nothing') return textual(word, is);
  if (is('hostname') && word.startsWith(wholeWord) && following === 'a pause') return 'hostname';
  const verbs = [versionWord, ...versionedVerbs, ...hostnameVerbs, ...fieldsVerbs];
  const mayGoOn = following === 'anything' || verbs.some((verb) => verb.startsWith(word));
  return mayGoOn ? 'more' : textual(word, is);
}

/** Whose a text is that no NUL ends. */
function textual(word: string, is: Is): TcpDialect {
  const verb = (verbs: readonly string[]): boolean => verbs.includes(word);
  if (is('hostname') && (verb(hostnameVerbs) || word.startsWith(wholeWord))) return 'hostname';
  if (is('versioned') && verb(versionedVerbs)) return 'versioned';
  if (is('hostname')) return 'hostname';
  return is('versioned') ? 'versioned' : 'fields';
}
