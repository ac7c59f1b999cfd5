import { RollcallError } from '../../base/errors.ts';
import { type ResourceName, resourceName } from '../../base/names.ts';
import type { UnverifiedResource } from '../../base/roll.ts';
import { unsafeCharacter } from '../../base/safeText.ts';
import { maxAlike } from './limits.ts';

/** What somebody without a key announces; `modified` is milliseconds since 1970. */
export function unverified(
  name: ResourceName,
  modified: number,
  { description = '', spelling = name }: { description?: string; spelling?: string } = {},
): UnverifiedResource {
  const said = { name, description, modified: Math.round(modified) };
  return { ...said, id: null, size: null, kind: 'file', ...(spelling !== name && { spelling }) };
}

/**
 * The name that a path is listed under: its last part, made another than those that are taken. A path is only ever a
 * name here: nothing is opened by it. @throws RollcallError `usage`, and `limit` where too many paths end alike
 */
export function nameOf(path: string, isTaken: (name: string) => boolean): ResourceName {
  const parts = path.split(/[/\\]/);
  if (parts.includes('..')) throw new RollcallError('usage', 'a path that leads upwards cannot be published');
  if (unsafeCharacter.test(path))
    throw new RollcallError('usage', 'a path with a control character cannot be published');
  const last = resourceName(parts.at(-1) ?? '');
  if (!isTaken(last)) return last;
  const count = freeCount((tried) => isTaken(numbered(last, tried)));
  if (count > maxAlike) {
    throw new RollcallError('limit', `${maxAlike} paths of one peer end in "${last}", which is the limit`);
  }
  return resourceName(numbered(last, count));
}

/**
 * A number from 2 on that is free while the one before it is taken: the least, where none was given back. Found in some
 * twenty tries, since whoever publishes thousands of paths would have each one pay for all before it.
 */
function freeCount(isTaken: (count: number) => boolean): number {
  let taken = 1;
  let free = 2;
  while (free <= maxAlike && isTaken(free)) {
    taken = free;
    free *= 2;
  }
  free = Math.min(free, maxAlike + 1);
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2);
    if (isTaken(middle)) taken = middle;
    else free = middle;
  }
  return free;
}

/** `a.txt` as `a (2).txt`. */
function numbered(name: string, count: number): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? `${name.slice(0, dot)} (${count})${name.slice(dot)}` : `${name} (${count})`;
}
