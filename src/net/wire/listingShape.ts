import { RollcallError } from '../../base/errors.ts';

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c] as const;
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d] as const;

/**
 * Looks over JSON before it is parsed: `[],[],` a million times over takes 50 times its size once it is values. Bytes
 * that are no JSON may pass; the parser stops where they cease to be.
 *
 * @param mostCommas by depth, from 0, which is outside of everything; nothing may be deeper than the last
 * @throws RollcallError `bad-content` for what is nested deeper, or has more commas at a depth
 */
export function requireShape(bytes: Uint8Array, mostCommas: readonly number[]): void {
  const left = [...mostCommas];
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case quote:
        at = endOfString(bytes, at + 1);
        break;
      case openList:
      case openObject:
        if (++depth >= left.length) throw new RollcallError('bad-content', 'it is nested too deep');
        break;
      case closeList:
      case closeObject:
        depth--;
        break;
      case comma: {
        const rest = (left[depth] ?? 0) - 1;
        if (rest < 0) throw new RollcallError('bad-content', 'it has too many members');
        left[depth] = rest;
        break;
      }
    }
  }
}

/** Where the quote is that ends a string. No byte of a character beyond ASCII looks like one. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at;
}
