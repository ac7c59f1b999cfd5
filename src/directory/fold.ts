const [upperA, upperZ, toLower, firstNonAscii] = [0x41, 0x5a, 0x20, 0x80];

/**
 * Text without its case, in NFC, for search and order: as Unicode's full case folding does it, but that the dotless ı of
 * Turkic languages is an i. `STRASSE` and `straße` are one, and so are the three sigmas.
 */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}

/**
 * What a name is sorted and searched by: `fold(name)` in UTF-8, ended by a zero byte, which no name and no pattern has:
 * so shorter names come before longer ones, and nothing matches from one key into the next. Names are ASCII as a rule,
 * which is folded in a fifth of the time.
 */
export function nameKey(name: string): Uint8Array {
  const key = new Uint8Array(name.length + 1);
  for (let at = 0; at < name.length; at++) {
    const unit = name.charCodeAt(at);
    if (unit >= firstNonAscii) return Buffer.from(`${fold(name)}\0`);
    key[at] = unit >= upperA && unit <= upperZ ? unit + toLower : unit;
  }
  return key;
}

/** The order of code points, which is that of UTF-8's bytes. JavaScript's `<` goes by UTF-16, where 😀 is before ﬀ. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Puts surrogates, which stand for code points from U+10000, after every other code unit. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
