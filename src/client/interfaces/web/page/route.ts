import type { ResourcesQuery } from '../api/bodies.ts';

/** The places of the page, as its address names them. */
export const places = ['connect', 'roll', 'resources', 'publish', 'transfers', 'log', 'settings', 'api'] as const;
export type Place = (typeof places)[number];

export interface Route {
  place: Place;
  /** Of resources. */
  pattern: string;
  owner: string;
  sort: ResourcesQuery['sort'];
  order: 'up' | 'down';
}

const sorts: readonly Route['sort'][] = ['name', 'size', 'modified', 'owners'];

/** Reads `#/resources?pattern=a&owner=b&sort=size&order=down`; what is none of ours leads to the resources. */
export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const wanted = new URLSearchParams(query);
  return {
    place: places.find((place) => place === path) ?? 'resources',
    pattern: wanted.get('pattern') ?? '',
    owner: wanted.get('owner') ?? '',
    sort: sorts.find((sort) => sort === wanted.get('sort')) ?? 'name',
    order: wanted.get('order') === 'down' ? 'down' : 'up',
  };
}

/** The address of a place; what is as it would be anyway is left out. */
export function hashOf(place: Place, wanted: Partial<Omit<Route, 'place'>> = {}): string {
  const query = new URLSearchParams();
  if (wanted.pattern) query.set('pattern', wanted.pattern);
  if (wanted.owner) query.set('owner', wanted.owner);
  if (wanted.sort !== undefined && wanted.sort !== 'name') query.set('sort', wanted.sort);
  if (wanted.order === 'down') query.set('order', 'down');
  const text = query.toString();
  return `#/${place}${text === '' ? '' : `?${text}`}`;
}
