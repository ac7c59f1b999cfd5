import { compareText } from './fold.ts';
import type { Rows } from './rows.ts';

/**
 * Where a row belongs in an order, in the values that orders go by. With parts missing it is the place before all rows
 * that agree with the parts that are there.
 */
export interface Place {
  name?: string | undefined;
  /** 32 bytes. */
  id?: Uint8Array | undefined;
  owner?: string | undefined;
  session?: number | undefined;
}

export type Part = keyof Place;

/** Below 0 where `row` comes before `place` in an order that goes by these parts, one after the other. */
export type Compare = (row: number, place: Place) => number;

export function compareBy(rows: Rows, parts: readonly Part[]): Compare {
  return (row, place) => {
    for (const part of parts) {
      const difference = comparePart(rows, part, row, place);
      if (difference !== 0) return difference;
    }
    return 0;
  };
}

function comparePart(rows: Rows, part: Part, row: number, place: Place): number {
  switch (part) {
    case 'name':
      return place.name === undefined ? 1 : compareText(rows.name(row), place.name);
    case 'id':
      return place.id === undefined ? 1 : rows.compareId(row, place.id);
    case 'owner':
      return place.owner === undefined ? 1 : compareText(rows.seat(row).peer.user, place.owner);
    case 'session':
      return place.session === undefined ? 1 : rows.seat(row).peer.session - place.session;
  }
}

/** True where the row agrees with every part that `place` has. */
export function fits(rows: Rows, row: number, place: Place): boolean {
  return (
    (place.name === undefined || rows.name(row) === place.name) &&
    (place.owner === undefined || rows.seat(row).peer.user === place.owner) &&
    (place.id === undefined || rows.compareId(row, place.id) === 0) &&
    (place.session === undefined || rows.seat(row).peer.session === place.session)
  );
}

export function placeOf(rows: Rows, row: number): Place {
  const { user, session } = rows.seat(row).peer;
  return { name: rows.name(row), id: rows.id(row), owner: user, session };
}

/** Where all rows begin that agree with `place` in these parts. */
export function partsOf(place: Place, parts: readonly Part[]): Place {
  const kept: Place = {};
  if (parts.includes('name')) kept.name = place.name;
  if (parts.includes('id')) kept.id = place.id;
  if (parts.includes('owner')) kept.owner = place.owner;
  return kept;
}
