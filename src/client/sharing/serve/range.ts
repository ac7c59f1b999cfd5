import type { ContentId } from '../../../base/ids.ts';
import { etag } from '../../../net/wire/peer.ts';
import type { ByteRange } from './trueBytes.ts';

/**
 * What a request's Range asks of `size` bytes (RFC 9110, section 14). A server may ignore a Range: we do so where it is
 * malformed, of another unit, or of several ranges, and where If-Range names another content.
 */
export function wantedRange(
  headers: ReadonlyMap<string, string>,
  id: ContentId,
  size: number,
): ByteRange | 'whole' | 'unsatisfiable' {
  const condition = headers.get('if-range');
  if (condition !== undefined && condition.trim() !== etag(id)) return 'whole';
  const match = /^bytes=[\t ,]*(\d*)-(\d*)[\t ,]*$/i.exec(headers.get('range')?.trim() ?? '');
  if (match === null) return 'whole';
  const [, first = '', last = ''] = match;
  if (first === '') return last === '' ? 'whole' : suffix(Number(last), size);
  const start = Number(first);
  const end = last === '' ? size : Math.min(size, Number(last) + 1);
  if (last !== '' && Number(last) < start) return 'whole';
  return start < size ? { start, end } : 'unsatisfiable';
}

/** The last `length` bytes. */
function suffix(length: number, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  if (length === 0) return 'unsatisfiable';
  return length >= size ? 'whole' : { start: size - length, end: size };
}

/** True where the caller says that it has this content already (RFC 9110, section 13.1.2, weak comparison). */
export function hasAlready(headers: ReadonlyMap<string, string>, id: ContentId): boolean {
  const tags = headers.get('if-none-match')?.split(',') ?? [];
  return tags.some((tag) => ['*', etag(id)].includes(tag.trim().replace(/^W\//, '')));
}
