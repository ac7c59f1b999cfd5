import { RollcallError } from '../base/errors.ts';
import type { SessionId } from '../base/ids.ts';
import type { ResourceName } from '../base/names.ts';
import type { Announced, PageRequest } from '../base/roll.ts';
import { refuseTooMuch } from './allowance.ts';
import { Catalogue } from './catalogue.ts';
import { parseRowCursor } from './cursor.ts';
import type { Counts, Directory, FindQuery, Listing, Located, LocateQuery, Matches, Peer } from './directory.ts';
import { type DirectoryLimits, defaultLimits, turnRemovals } from './limits.ts';
import { pageOfPeers, pageOfRows } from './pages.ts';
import { type Seat, Seats } from './seats.ts';
import { findView, locateView } from './views.ts';

export interface MemoryOptions {
  limits?: Partial<DirectoryLimits> | undefined;
  /** Lets others have their turn in the middle of long work; waits for the event loop's next round where it is missing. */
  pause?: (() => Promise<void>) | undefined;
}

/** A directory in the memory of this process. */
export class MemoryDirectory implements Directory {
  readonly #seats = new Seats();
  readonly #catalogue = new Catalogue();
  readonly #limits: DirectoryLimits;
  readonly #pause: () => Promise<void>;
  /** Rows of sessions that have left, which are still to be taken off. */
  #leaving = 0;

  constructor({ limits, pause = nextRound }: MemoryOptions = {}) {
    this.#limits = { ...defaultLimits, ...limits };
    this.#pause = pause;
  }

  async join(peer: Peer): Promise<void> {
    const seat = this.#seats.get(peer.session);
    if (seat?.peer.user === peer.user) {
      seat.peer = { ...peer };
      return;
    }
    const carried = seat ? this.#catalogue.rowsOf(seat).map((row) => this.#catalogue.remove(row)) : [];
    if (seat) this.#seats.remove(seat);
    const next: Seat = { peer: { ...peer }, resources: 0, characters: 0, left: false };
    this.#seats.add(next);
    for (const resource of carried) this.#catalogue.add(next, resource);
  }

  async update(session: SessionId, change: Partial<Pick<Peer, 'state' | 'udp'>>): Promise<void> {
    const seat = this.#seats.get(session);
    if (seat !== undefined) seat.peer = { ...seat.peer, ...change };
  }

  async leave(session: SessionId): Promise<Listing[]> {
    const seat = this.#seats.get(session);
    if (seat === undefined) return [];
    this.#seats.remove(seat);
    seat.left = true;
    this.#leaving += seat.resources;
    const listings: Listing[] = [];
    for (const row of this.#catalogue.rowsOf(seat)) {
      if (listings.length % turnRemovals === turnRemovals - 1) await this.#pause();
      listings.push(this.#catalogue.remove(row));
      this.#leaving -= 1;
    }
    return listings;
  }

  async announce(session: SessionId, resources: readonly Announced[]): Promise<Listing[]> {
    const seat = this.#seats.get(session);
    if (seat === undefined) {
      throw new RollcallError('not-found', `session ${session} has not joined: register before you announce`);
    }
    const announced = new Map(resources.map((resource) => [resource.name, resource]));
    const replaced = this.#rowsNamed(seat, announced.keys());
    refuseTooMuch(this.#limits, seat, this.#catalogue.rows, announced.values(), replaced);
    for (const row of replaced) this.#catalogue.remove(row);
    return Array.from(announced.values(), (resource) => this.#catalogue.add(seat, resource));
  }

  async withdraw(session: SessionId, names: readonly ResourceName[]): Promise<Listing[]> {
    const seat = this.#seats.get(session);
    if (seat === undefined) return [];
    return this.#rowsNamed(seat, new Set(names)).map((row) => this.#catalogue.remove(row));
  }

  async find(query: FindQuery): Promise<Matches<Listing>> {
    return pageOfRows(this.#catalogue.rows, findView(this.#catalogue, query), query, this.#pause);
  }

  async locate(query: LocateQuery): Promise<Located> {
    const page = await pageOfRows(this.#catalogue.rows, locateView(this.#catalogue, query), query, this.#pause);
    return query.cursor === undefined ? page : { ...page, after: parseRowCursor(query.cursor).id ?? undefined };
  }

  async peers(query: PageRequest): Promise<Matches<Peer & { resources: number }>> {
    return pageOfPeers(this.#seats, query);
  }

  async counts(): Promise<Counts> {
    const { rows, contents } = this.#catalogue;
    return { peers: this.#seats.size, resources: rows.count - this.#leaving, contents };
  }

  /** How many entries each part holds, by its name: none once all have left, but for one empty block an order. */
  census(): Record<string, number> {
    return { seats: this.#seats.size, ...this.#catalogue.census() };
  }

  #rowsNamed(seat: Seat, names: Iterable<ResourceName>): number[] {
    const rows: number[] = [];
    for (const name of names) {
      const row = this.#catalogue.find(seat, name);
      if (row !== undefined) rows.push(row);
    }
    return rows;
  }
}

export const memoryDirectory = (options?: MemoryOptions): MemoryDirectory => new MemoryDirectory(options);

const nextRound = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
