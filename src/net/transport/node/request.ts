import { RollcallError } from '../../../base/errors.ts';
import type { HttpRequest } from '../transport.ts';

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const target = /^\/[\x21-\x7e]*$/;
const fieldValue = /^[\t\x20-\x7e]*$/;

/**
 * The head of a request without a body, for one host (RFC 9112).
 * @throws RollcallError `fault` where a part would not stay in its place, as a header with a line end
 */
export function encodeRequest({ method, path, headers }: HttpRequest, host: string): string {
  let sound = token.test(method) && target.test(path);
  const lines = [`${method} ${path} HTTP/1.1`, `host: ${host}`];
  for (const [name, value] of headers) {
    sound &&= token.test(name) && fieldValue.test(value);
    lines.push(`${name}: ${value}`);
  }
  if (!sound) throw new RollcallError('fault', 'a request has characters that HTTP does not allow there');
  return `${lines.join('\r\n')}\r\n\r\n`;
}
