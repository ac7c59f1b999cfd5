import { unsafeCharacter } from '../../../base/safeText.ts';

/**
 * The `content-disposition` that makes a browser, or `curl -OJ`, save under a name (RFC 6266): in ASCII for those who
 * know no better, and whole, as RFC 8187 writes it.
 */
export function attachment(name: string | undefined): string {
  if (name === undefined) return 'attachment';
  const plain = Array.from(name, (character) => (isPlain(character) ? character : '_')).join('');
  const whole = encodeURIComponent(name.replace(new RegExp(unsafeCharacter, 'gu'), '_')).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}

/** Printable ASCII that means nothing in a quoted string, in a path or to those who decode percent signs in one. */
const isPlain = (character: string): boolean => /^[\x20-\x7e]$/.test(character) && !/["\\/%:*?<>|]/.test(character);
