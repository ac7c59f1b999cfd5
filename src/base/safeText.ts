/**
 * One character that could move the cursor, hide or reorder text: C0 and C1 controls, DEL, lone surrogates, line and
 * paragraph separators, bidi controls, zero-width and tag characters. Not the joiner U+200D, since emoji need it.
 */
export const unsafeCharacter: RegExp =
  /[\p{Cc}\p{Cs}\u2028\u2029\u061C\u200B\u200C\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/u;

const everyUnsafe = new RegExp(unsafeCharacter, 'gu');

/** Text from outside, made fit for a terminal or a log: an unsafe character is shown as `\u{1b}`. */
export function safeText(text: string): string {
  return text.replace(everyUnsafe, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** JSON that is safe to show: what `safeText` would mark is escaped, which changes nothing for a parser. */
export function safeJson(value: object): string {
  return JSON.stringify(value).replace(everyUnsafe, (character) =>
    Array.from(character.split(''), (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  );
}
