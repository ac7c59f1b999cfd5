import { unreachable } from '../../base/errors.ts';
import { fold } from './fold.ts';
import { type Group, summaryOf } from './group.ts';
import { knownLists } from './limits.ts';
import type { ContentRow, RollQuery } from './liveRoll.ts';
import type { Mirror } from './mirror.ts';

type Asked = Pick<RollQuery, 'pattern' | 'owner' | 'sort' | 'descending'>;

/** What fits a query, in its order; remembered until something changes, so that its pages cost next to nothing. */
export class Lists {
  readonly #known = new Map<string, readonly Group[]>();

  of(mirror: Mirror, { pattern, owner, sort, descending }: Asked): readonly Group[] {
    const words = fold(pattern ?? '')
      .split(/\s+/u)
      .filter((word) => word !== '');
    const key = JSON.stringify([words, owner, sort, descending]);
    const list = this.#known.get(key) ?? sorted(fitting(mirror, words, owner), sort, descending);
    this.#known.delete(key);
    this.#known.set(key, list);
    const [oldest] = this.#known.keys();
    if (this.#known.size > knownLists && oldest !== undefined) this.#known.delete(oldest);
    return list;
  }

  /** Something changed. */
  clear(): void {
    this.#known.clear();
  }
}

function fitting(mirror: Mirror, words: readonly string[], owner: RollQuery['owner']): readonly Group[] {
  const own = owner === undefined ? undefined : mirror.groupsOf(owner);
  const all = own === undefined ? mirror.groups() : mirror.groups().filter((group) => own.has(group));
  if (words.length === 0) return all;
  return all.filter((group) => {
    const { text } = summaryOf(group);
    return words.every((word) => text.includes(word));
  });
}

/** What is equal stays in the order of names. */
function sorted(groups: readonly Group[], sort: RollQuery['sort'], descending: boolean): readonly Group[] {
  const sign = descending ? -1 : 1;
  const by = (value: (group: Group) => number): Group[] => [...groups].sort((a, b) => sign * (value(a) - value(b)));
  switch (sort) {
    case 'name':
      return descending ? [...groups].reverse() : groups;
    case 'size':
      // What nobody knows the size of comes before what has none.
      return by(({ size }) => size ?? -1);
    case 'modified':
      return by((group) => summaryOf(group).modified);
    case 'owners':
      return by(({ copies }) => copies.size);
    default:
      return unreachable(sort);
  }
}

export function contentRow(group: Group, namesakes: number): ContentRow {
  const { key, name, id, size, kind } = group;
  const { description, modified, owners } = summaryOf(group);
  return { key, name, id, size, kind, description, modified, owners, namesakes };
}
