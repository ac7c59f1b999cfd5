import type { Route } from '../route.ts';

/** What resources are sorted by, and how both directions are called. */
export const columns: readonly { sort: Route['sort']; text: string; up: string; down: string; class: string }[] = [
  { sort: 'name', text: 'Name', up: 'A to Z', down: 'Z to A', class: 'name' },
  { sort: 'size', text: 'Size', up: 'smallest first', down: 'largest first', class: 'size number' },
  { sort: 'owners', text: 'Owners', up: 'fewest first', down: 'most first', class: 'owners' },
  { sort: 'modified', text: 'Changed', up: 'oldest first', down: 'newest first', class: 'changed' },
];
