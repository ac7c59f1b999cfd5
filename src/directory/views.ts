import type { ContentId } from '../base/ids.ts';
import { type Catalogue, keyOfContent, keyOfName } from './catalogue.ts';
import { parseRowCursor, wrongCursor } from './cursor.ts';
import type { FindQuery, LocateQuery } from './directory.ts';
import type { View } from './gather.ts';
import { patternOf } from './pattern.ts';
import type { Place } from './place.ts';
import { noId, type Rows } from './rows.ts';

/** How to answer a `find`, or nothing where nothing can match. @throws RollcallError `usage` for a bad cursor */
export function findView(catalogue: Catalogue, query: FindQuery): View | undefined {
  const { pattern = '', owner, cursor } = query;
  const behind = behindCursor(cursor, {});
  const order = owner === undefined ? catalogue.byName : catalogue.ofOwner(owner);
  const searched = patternOf(pattern);
  if (order === undefined || searched === undefined) return undefined;
  return {
    order,
    key: keyOfName,
    bounds: {},
    group: ['name'],
    pattern: pattern === '' ? undefined : searched,
    behind,
    isVisible: visibleFor(catalogue.rows, query),
  };
}

/** How to answer a `locate`, or nothing where nothing can match. @throws RollcallError `usage` for a bad cursor */
export function locateView(catalogue: Catalogue, query: LocateQuery): View | undefined {
  const { owner, cursor } = query;
  const isVisible = visibleFor(catalogue.rows, query);
  if (query.name !== undefined) {
    const bounds: Place = { name: query.name };
    const behind = behindCursor(cursor, bounds);
    const order = owner === undefined ? catalogue.byName : catalogue.ofOwner(owner);
    return order && { order, key: keyOfName, bounds, group: ['name', 'id'], behind, isVisible };
  }
  const id = idBytes(query.id);
  if (Buffer.compare(id, noId) === 0) return undefined;
  const bounds: Place = { id, owner };
  const behind = behindCursor(cursor, bounds);
  const group = owner === undefined ? (['id'] as const) : (['id', 'owner'] as const);
  return { order: catalogue.byContent, key: keyOfContent, bounds, group, behind, isVisible };
}

const idBytes = (id: ContentId | null): Uint8Array => (id === null ? noId : Buffer.from(id, 'hex'));

/** What is shared with named users is there for them and its owner; what a session shared that has left, for nobody. */
function visibleFor(rows: Rows, { viewer, dialect }: Pick<FindQuery, 'viewer' | 'dialect'>): (row: number) => boolean {
  return (row) => {
    const { left, peer } = rows.seat(row);
    if (left || (dialect !== undefined && !peer.dialects.includes(dialect))) return false;
    const audience = rows.audience(row);
    return audience === undefined || (viewer !== undefined && (viewer === peer.user || audience.includes(viewer)));
  };
}

function behindCursor(cursor: string | undefined, bounds: Place): View['behind'] {
  if (cursor === undefined) return undefined;
  const { state, name, id, user, session } = parseRowCursor(cursor);
  const place = { name, id: idBytes(id), owner: user, session };
  const isOutside =
    (bounds.name !== undefined && bounds.name !== name) ||
    (bounds.owner !== undefined && bounds.owner !== user) ||
    (bounds.id !== undefined && Buffer.compare(bounds.id, place.id) !== 0);
  if (isOutside) throw wrongCursor();
  return { place, state };
}
