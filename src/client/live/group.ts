import type { ContentId } from '../../base/ids.ts';
import type { ResourceName, UserName } from '../../base/names.ts';
import type { PeerAddress, PeerState, ResourceKind, ResourceRow, UserRow } from '../../base/roll.ts';
import { fold } from './fold.ts';
import type { ContentOwner } from './liveRoll.ts';
import { compareTexts } from './order.ts';

/** A session of a user, with what it shares. */
export interface Peer extends PeerAddress {
  user: UserName;
  state: PeerState;
  /** Nothing of one whom the list of users does not have. */
  row: UserRow | undefined;
  copies: Map<ResourceName, Copy>;
}

/** A resource at one of its owners. */
export interface Copy {
  group: Group;
  peer: Peer;
  description: string;
  modified: number;
}

/** One content under one name, with everybody who has it so; of what nobody can verify, one owner's file. */
export interface Group {
  readonly key: string;
  readonly name: ResourceName;
  readonly id: ContentId | null;
  readonly size: number | null;
  readonly kind: ResourceKind;
  readonly copies: Map<Peer, Copy>;
  /** True once nobody has it any more. */
  gone: boolean;
  /** Made when it is wanted; gone with each change. */
  summary?: Summary | undefined;
}

/** What a group comes to, from all its copies. */
export interface Summary {
  description: string;
  modified: number;
  /** Those who are suspect last. */
  owners: ContentOwner[];
  /** What a pattern's words are looked for in. */
  text: string;
}

/** Identical copies have the same. An owner may state another size or kind of a content: then that is apart. */
export function groupKey(row: ResourceRow): string {
  const { name, id, size, kind, owner, address, port } = row;
  return id === null ? `${address} ${port} ${owner}/${name}` : `${id} ${size} ${kind} ${name}`;
}

export const newGroup = ({ name, id, size, kind }: ResourceRow, key: string): Group => ({
  key,
  name,
  id,
  size,
  kind,
  copies: new Map(),
  gone: false,
});

export function summaryOf(group: Group): Summary {
  group.summary ??= summed(group);
  return group.summary;
}

function summed({ name, copies }: Group): Summary {
  const owners: ContentOwner[] = [];
  const descriptions = new Set<string>();
  const users = new Set<UserName>();
  let newest: Copy | undefined;
  for (const copy of copies.values()) {
    const { user, address, port, state } = copy.peer;
    owners.push({ user, address, port, state });
    users.add(user);
    if (copy.description !== '') descriptions.add(copy.description);
    if (newest === undefined || copy.modified > newest.modified) newest = copy;
  }
  const [some = ''] = descriptions;
  return {
    description: newest?.description || some,
    modified: newest?.modified ?? 0,
    owners: owners.sort(byState),
    // No name and no word of a pattern has a line's end.
    text: fold([name, ...users, ...descriptions].join('\n')),
  };
}

function byState(a: ContentOwner, b: ContentOwner): number {
  if (a.state !== b.state) return a.state === 'alive' ? -1 : 1;
  return compareTexts(a.user, b.user) || compareTexts(a.address, b.address) || a.port - b.port;
}
