import { maxHeadBytes } from './limits.ts';

/** What the first bytes of a connection that is no TLS are. */
export type Beginning = 'http' | 'other' | 'unfinished';

const begun = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \//;
const whole = /^[A-Z]+ \/[\x21-\x7e]* HTTP\/1\.[01]\r?\n/;
const cut = /^[A-Z]+ \/[\x21-\x7e]*(?: [HTP/1.0]{0,8}\r?)?$/;

/**
 * Tells the request line of HTTP/1.1 (RFC 9112, section 3) from the requests of older systems, some of which never end
 * a line: so what is too short to tell is other. A client of HTTP sends its first word and the slash in one piece.
 */
export function beginningOf(bytes: Uint8Array): Beginning {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, maxHeadBytes)).toString('latin1');
  if (!begun.test(text)) return 'other';
  if (whole.test(text)) return 'http';
  return cut.test(text) && text.length < maxHeadBytes ? 'unfinished' : 'other';
}
