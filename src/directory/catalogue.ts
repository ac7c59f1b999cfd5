import type { ResourceName, UserName } from '../base/names.ts';
import type { Announced } from '../base/roll.ts';
import { charactersOf } from './allowance.ts';
import type { Listing } from './directory.ts';
import { nameKey } from './fold.ts';
import { type Compare, compareBy, type Place, placeOf } from './place.ts';
import { noId, Rows } from './rows.ts';
import type { Seat } from './seats.ts';
import { SortedRows } from './sortedRows.ts';

/** Bytes of a content id that are packed with its row; the rest is compared where these agree, which is next to never. */
const contentKeyBytes = 8;

export const keyOfName = ({ name }: Place): Uint8Array => (name === undefined ? new Uint8Array() : nameKey(name));
export const keyOfContent = ({ id }: Place): Uint8Array => id?.slice(0, contentKeyBytes) ?? new Uint8Array();

/** What is shared: each resource once as a row, and in three orders. */
export class Catalogue {
  readonly rows: Rows = new Rows();
  readonly #inNameOrder: Compare = compareBy(this.rows, ['name', 'id', 'owner', 'session']);
  /** By folded name, name, content, owner, session. */
  readonly byName: SortedRows = new SortedRows(this.#inNameOrder);
  /** By content, owner, session, name. */
  readonly byContent: SortedRows = new SortedRows(compareBy(this.rows, ['id', 'owner', 'session', 'name']));
  /** What a user shares, in all sessions, in the order of `byName`. */
  readonly #byOwner = new Map<UserName, SortedRows>();
  #contents = 0;

  /** Different content ids. */
  get contents(): number {
    return this.#contents;
  }

  ofOwner(user: UserName): SortedRows | undefined {
    return this.#byOwner.get(user);
  }

  add(seat: Seat, announced: Announced): Listing {
    const row = this.rows.add(seat, announced);
    const place = placeOf(this.rows, row);
    const key = keyOfName(place);
    this.byName.insert(key, place, row);
    if (!this.#has(place)) this.#contents += 1;
    this.byContent.insert(keyOfContent(place), place, row);
    let shelf = this.#byOwner.get(seat.peer.user);
    if (shelf === undefined) {
      shelf = new SortedRows(this.#inNameOrder);
      this.#byOwner.set(seat.peer.user, shelf);
    }
    shelf.insert(key, place, row);
    seat.resources += 1;
    seat.characters += charactersOf(announced);
    return this.rows.listing(row);
  }

  remove(row: number): Listing {
    const listing = this.rows.listing(row);
    const seat = this.rows.seat(row);
    const { user } = seat.peer;
    const place = placeOf(this.rows, row);
    const key = keyOfName(place);
    this.byName.remove(key, place, row);
    this.byContent.remove(keyOfContent(place), place, row);
    if (!this.#has(place)) this.#contents -= 1;
    const shelf = this.#byOwner.get(user);
    shelf?.remove(key, place, row);
    if (shelf?.count === 0) this.#byOwner.delete(user);
    this.rows.remove(row);
    seat.resources -= 1;
    seat.characters -= charactersOf(listing);
    return listing;
  }

  /** True where a row has this content; for the place of a file that nobody can verify, always. */
  #has({ id }: Place): boolean {
    if (id === undefined || Buffer.compare(id, noId) === 0) return true;
    const { row } = this.byContent.walk(keyOfContent({ id }), { id });
    return row !== undefined && this.rows.compareId(row, id) === 0;
  }

  /** The row of this name in this session. */
  find(seat: Seat, name: ResourceName): number | undefined {
    const place = { name };
    const walk = this.#byOwner.get(seat.peer.user)?.walk(keyOfName(place), place);
    for (; walk?.row !== undefined && this.rows.name(walk.row) === name; walk.next()) {
      if (this.rows.seat(walk.row) === seat) return walk.row;
    }
    return undefined;
  }

  /** All rows of a session, by name. */
  rowsOf(seat: Seat): number[] {
    const found: number[] = [];
    const walk = this.#byOwner.get(seat.peer.user)?.walk(new Uint8Array(), {});
    for (; walk?.row !== undefined; walk.next()) if (this.rows.seat(walk.row) === seat) found.push(walk.row);
    return found;
  }

  /** How many entries each part holds: none once everything was removed. */
  census(): Record<string, number> {
    let shelved = 0;
    for (const shelf of this.#byOwner.values()) shelved += shelf.count;
    return {
      ...this.rows.census(),
      byName: this.byName.count,
      nameBlocks: this.byName.blocks,
      byContent: this.byContent.count,
      contentBlocks: this.byContent.blocks,
      owners: this.#byOwner.size,
      shelved,
    };
  }
}
