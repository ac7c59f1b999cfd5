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
  for (let count = 2; count <= maxAlike; count++) {
    const name = numbered(last, count);
    if (!isTaken(name)) return resourceName(name);
  }
  throw new RollcallError('limit', `${maxAlike} paths of one peer end in "${last}", which is the limit`);
}

/** `a.txt` as `a (2).txt`. */
function numbered(name: string, count: number): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? `${name.slice(0, dot)} (${count})${name.slice(dot)}` : `${name} (${count})`;
}
