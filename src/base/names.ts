import type { Brand } from './brand.ts';
import { RollcallError } from './errors.ts';
import { safeText, unsafeCharacter } from './safeText.ts';

/** A user's name: NFC, 1 to 64 characters; letters, digits, inner spaces, `.`, `_`, `-`. */
export type UserName = Brand<string, 'UserName'>;
/** What a peer announces: NFC, one file name that is safe to save on every system; at most 255 bytes of UTF-8. */
export type ResourceName = Brand<string, 'ResourceName'>;
/** A place inside a folder: resource names joined by `/`, at most 4,096 bytes of UTF-8 and 64 deep. */
export type RelativePath = Brand<string, 'RelativePath'>;

export const maxUserNameCharacters = 64;
/** The longest file name of ext4, APFS and NTFS alike, bytes of UTF-8. */
export const maxNameBytes = 255;
export const maxPathBytes = 4096;
export const maxPathDepth = 64;

const userPattern = /^[\p{L}\p{M}\p{N}._-]+(?: +[\p{L}\p{M}\p{N}._-]+)*$/u;

/** U+200D joins the parts of an emoji; anywhere else it only hides. */
const strayJoiner =
  /(?<!\p{Extended_Pictographic}[\uFE0F\u{1F3FB}-\u{1F3FF}]*)\u200D|\u200D(?!\p{Extended_Pictographic}|[\u2640\u2642\u2695\u2696\u2708])/u;
/** Names that Windows keeps for devices, with or without an extension. */
const device = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)(?:\.|$)/i;

const bytes = (text: string): number => new TextEncoder().encode(text).length;

/** @throws RollcallError `usage` that says what is wrong with the name */
export function userName(text: string): UserName {
  const name = text.normalize('NFC');
  const count = [...name].length;
  if (count < 1 || count > maxUserNameCharacters || !userPattern.test(name)) {
    throw new RollcallError(
      'usage',
      `"${safeText(text).slice(0, 100)}" cannot be a user name: use 1 to ${maxUserNameCharacters} letters, digits, inner spaces, ".", "_" or "-"`,
    );
  }
  return name as UserName;
}

/** What is wrong with one file name, or nothing. */
function fault(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name === '.' || name === '..') return 'it means a folder, not a name';
  if (/[/\\]/.test(name)) return 'it has a slash';
  if (name.includes(':')) return 'it has a colon, which names a drive or a stream on Windows';
  if (unsafeCharacter.test(name) || strayJoiner.test(name))
    return 'it has a control, zero-width or reordering character';
  if (/[. ]$/.test(name)) return 'it ends in a space or a dot';
  if (device.test(name)) return 'it is the name of a device on Windows';
  if (bytes(name) > maxNameBytes) return `it is longer than ${maxNameBytes} bytes`;
  return undefined;
}

/** Refuses and does not repair, but for NFC. @throws RollcallError `usage` that says what is wrong with the name */
export function resourceName(text: string): ResourceName {
  const name = text.normalize('NFC');
  const wrong = fault(name);
  if (wrong !== undefined) {
    throw new RollcallError('usage', `"${safeText(text).slice(0, 300)}" cannot be a resource name: ${wrong}`);
  }
  return name as ResourceName;
}

/** @throws RollcallError `usage` that says what is wrong with the path */
export function relativePath(text: string): RelativePath {
  const path = text.normalize('NFC');
  const parts = path.split('/');
  const wrong =
    parts.length > maxPathDepth
      ? `it is deeper than ${maxPathDepth} folders`
      : bytes(path) > maxPathBytes
        ? `it is longer than ${maxPathBytes} bytes`
        : parts.map(fault).find((found) => found !== undefined);
  if (wrong !== undefined) {
    throw new RollcallError('usage', `"${safeText(text).slice(0, 300)}" cannot be a path in a folder: ${wrong}`);
  }
  return path as RelativePath;
}

/** Two names that one of the common file systems would take for the same have the same key. */
export function collisionKey(name: string): string {
  return name.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFC');
}
