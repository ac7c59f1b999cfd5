import fc from 'fast-check';
import type { Reader } from '../../../../src/net/wire/classic/spoken.ts';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The bytes cut after each of the lengths. */
export function pieces(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const cut: Uint8Array[] = [];
  let rest = bytes;
  for (const length of lengths) {
    cut.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return [...cut, rest];
}

/** Where to cut. */
export const cuts: fc.Arbitrary<number[]> = fc.array(fc.nat({ max: 40 }), { maxLength: 20 });

/** What bytes may be mistaken for: verbs, their parts, what ends them, and what is no text. */
export const noise: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      fc.constantFrom('REGISTER', 'PUBLISH', 'FETCH', 'LIST_CLIENTS', 'DISCOVER_CLIENT', 'PROTO_VERSION', 'ANNOUNCE'),
      fc.constantFrom(
        'LIST_',
        'REQUEST',
        'CONNECT',
        'a',
        'bob',
        '5001',
        ' ',
        '\n',
        '\r\n',
        '\0',
        '\u00e9',
        'x'.repeat(400),
      ),
      fc.constantFrom('\x80', '\xff'),
    ),
    { maxLength: 30 },
  )
  .map((parts) => Uint8Array.from(parts.join(''), (character) => character.charCodeAt(0)));

/** Everything that a reader makes of these pieces, with nothing in between and then a pause, and the end. */
export function readAll<Request>(reader: Reader<Request>, chunks: readonly Uint8Array[]): Request[] {
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.pause(), ...reader.expire()];
}
