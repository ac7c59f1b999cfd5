import { unreachable } from '../../base/errors.ts';
import type { ResourceName, UserName } from '../../base/names.ts';
import type { Change, PeerAddress, PeerState, ResourceRow, UserRow } from '../../base/roll.ts';
import { type Copy, type Group, groupKey, newGroup, type Peer } from './group.ts';
import { roomAgain } from './limits.ts';
import { compareTexts, Sorted } from './order.ts';

/** The roll as it was listed, with what changed since. */
export class Mirror {
  readonly #mostRows: number;
  readonly #wall: () => number;
  readonly #peers = new Map<string, Peer>();
  readonly #groups = new Map<string, Group>();
  /** Contents that go by a name. */
  readonly #namesakes = new Map<ResourceName, number>();
  readonly #order: Sorted<Group> = new Sorted(
    (a: Group, b: Group) => compareTexts(a.name, b.name) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
    ({ gone }) => gone,
  );
  #rows = 0;
  #cut = false;
  #complete = false;

  constructor(mostRows: number, wall: () => number) {
    this.#mostRows = mostRows;
    this.#wall = wall;
  }

  get rows(): number {
    return this.#rows;
  }

  /** True where something did not fit. */
  get cut(): boolean {
    return this.#cut;
  }

  /** True where something did not fit, and would by now. */
  get hasRoom(): boolean {
    return this.#cut && this.#rows < this.#mostRows * roomAgain;
  }

  /** All contents by name; not to be changed. */
  groups(): readonly Group[] {
    return this.#order.all();
  }

  namesakes(name: ResourceName): number {
    return this.#namesakes.get(name) ?? 0;
  }

  /** What this user shares. */
  groupsOf(user: UserName): Set<Group> {
    const groups = new Set<Group>();
    for (const peer of this.#peers.values()) {
      if (peer.user === user) for (const { group } of peer.copies.values()) groups.add(group);
    }
    return groups;
  }

  users(): UserRow[] {
    const counted = this.#complete && !this.#cut;
    const rows: UserRow[] = [];
    for (const { row, state, copies } of this.#peers.values()) {
      if (row !== undefined) rows.push({ ...row, state, resources: counted ? copies.size : row.resources });
    }
    return rows.sort(byState);
  }

  addUser(row: UserRow): void {
    this.#peer(row.user, row, row.state).row = row;
  }

  /** Of somebody who is here, what no change tells. */
  describeUser(row: UserRow): void {
    const peer = this.#peers.get(peerKey(row.user, row));
    if (peer !== undefined) peer.row = row;
  }

  /** All that was listed is in it. */
  completed(): void {
    this.#complete = true;
  }

  /** False where it did not fit. */
  addRow(row: ResourceRow): boolean {
    const peer = this.#peer(row.owner, row, row.state);
    this.#setState(peer, row.state);
    const key = groupKey(row);
    const before = peer.copies.get(row.name);
    if (before !== undefined && before.group.key !== key) this.#take(before);
    else if (before !== undefined) {
      before.description = row.description;
      before.modified = row.modified;
      before.group.summary = undefined;
      return true;
    }
    if (this.#rows >= this.#mostRows) {
      this.#cut = true;
      return false;
    }
    const group = this.#groups.get(key) ?? this.#newGroup(row, key);
    const copy: Copy = { group, peer, description: row.description, modified: row.modified };
    peer.copies.set(row.name, copy);
    group.copies.set(peer, copy);
    group.summary = undefined;
    this.#rows += 1;
    return true;
  }

  apply(change: Change): void {
    switch (change.change) {
      case 'joined': {
        const { user, address, port } = change;
        const peer = this.#peer(user, change, 'alive');
        this.#setState(peer, 'alive');
        peer.row ??= { user, address, port, state: 'alive', resources: 0, udp: 'ok', since: this.#wall() };
        return;
      }
      case 'left': {
        const peer = this.#peers.get(peerKey(change.user, change));
        if (peer === undefined) return;
        for (const copy of [...peer.copies.values()]) this.#take(copy);
        this.#peers.delete(peerKey(change.user, change));
        return;
      }
      case 'state': {
        const peer = this.#peers.get(peerKey(change.user, change));
        if (peer !== undefined) this.#setState(peer, change.state);
        return;
      }
      case 'announced':
        this.addRow(change);
        return;
      case 'withdrawn': {
        const peer = this.#peers.get(peerKey(change.owner, change));
        const copy = peer?.copies.get(change.name);
        // It may have been announced anew meanwhile, as another content.
        if (copy !== undefined && copy.group.id === change.id) this.#take(copy);
        return;
      }
      default:
        unreachable(change);
    }
  }

  #peer(user: UserName, { address, port }: PeerAddress, state: PeerState): Peer {
    const key = peerKey(user, { address, port });
    const known = this.#peers.get(key);
    if (known !== undefined) return known;
    const peer: Peer = { user, address, port, state, row: undefined, copies: new Map() };
    this.#peers.set(key, peer);
    return peer;
  }

  #setState(peer: Peer, state: PeerState): void {
    if (peer.state === state) return;
    peer.state = state;
    for (const { group } of peer.copies.values()) group.summary = undefined;
  }

  #newGroup(row: ResourceRow, key: string): Group {
    const group = newGroup(row, key);
    this.#groups.set(key, group);
    this.#namesakes.set(row.name, this.namesakes(row.name) + 1);
    this.#order.add(group);
    return group;
  }

  #take({ group, peer }: Copy): void {
    peer.copies.delete(group.name);
    group.copies.delete(peer);
    group.summary = undefined;
    this.#rows -= 1;
    if (group.copies.size > 0) return;
    group.gone = true;
    this.#groups.delete(group.key);
    const left = this.namesakes(group.name) - 1;
    if (left > 0) this.#namesakes.set(group.name, left);
    else this.#namesakes.delete(group.name);
    this.#order.gone();
  }
}

/** An address has no space. */
const peerKey = (user: UserName, { address, port }: PeerAddress): string => `${address} ${port} ${user}`;

function byState(a: UserRow, b: UserRow): number {
  if (a.state !== b.state) return a.state === 'alive' ? -1 : 1;
  return compareTexts(a.user, b.user) || compareTexts(a.address, b.address) || a.port - b.port;
}
