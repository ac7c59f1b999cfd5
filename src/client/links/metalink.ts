import { hashBytes, leafBytes } from '../../base/merkle.ts';
import { agent } from '../../base/version.ts';

/** A file as Metalink 4 (RFC 5854) describes it. */
export interface MetalinkFile {
  name: string;
  /** Bytes. */
  size: number;
  /** SHA-256 of each 16 KiB, 32 bytes each; of a file that is shorter, of all of it. */
  leaves: Uint8Array;
  /** Where it is, the best first. */
  urls: readonly string[];
}

/** Hashes that go into one chunk of text, so that a large file's are never all text at once: about 90 kB. */
const hashesAtOnce = 1024;

/** The description as XML, chunk by chunk. */
export function* metalink({ name, size, leaves, urls }: MetalinkFile): Generator<string> {
  yield `<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink">
  <generator>${escapeXml(agent)}</generator>
  <file name="${escapeXml(name)}">
    <size>${size}</size>
`;
  if (size > 0 && size <= leafBytes) yield `    <hash type="sha-256">${hex(leaves, 0)}</hash>\n`;
  for (const [at, url] of urls.entries()) yield `    <url priority="${at + 1}">${escapeXml(url)}</url>\n`;
  const count = leaves.length / hashBytes;
  if (count > 0) {
    yield `    <pieces type="sha-256" length="${leafBytes}">\n`;
    for (let first = 0; first < count; first += hashesAtOnce) {
      const here = Math.min(hashesAtOnce, count - first);
      yield Array.from({ length: here }, (_, at) => `      <hash>${hex(leaves, first + at)}</hash>\n`).join('');
    }
    yield '    </pieces>\n';
  }
  yield '  </file>\n</metalink>\n';
}

const hex = (leaves: Uint8Array, index: number): string =>
  Buffer.from(leaves.buffer, leaves.byteOffset + index * hashBytes, hashBytes).toString('hex');

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
]);

/** As text or as an attribute's value. What XML 1.0 knows no way to write (section 2.2) becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (character) => entities.get(character) ?? '')
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
