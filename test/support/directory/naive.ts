import { RollcallError } from '../../../src/base/errors.ts';
import type { Announced, PageRequest } from '../../../src/base/roll.ts';
import type {
  Counts,
  Directory,
  FindQuery,
  Listing,
  LocateQuery,
  Matches,
  Peer,
} from '../../../src/directory/directory.ts';
import { fold } from '../../../src/directory/fold.ts';

type Row = { session: Peer['session'] } & Announced;

const bytes = (text: string): Buffer => Buffer.from(text);
const byText = (a: string, b: string): number => Buffer.compare(bytes(a), bytes(b));
const byState = (a: Peer, b: Peer): number => byText(a.state, b.state);
const byPeer = (a: Peer, b: Peer): number => byText(a.user, b.user) || a.session - b.session;

/** A directory as one would write it down first: an array, filtered and sorted for each question. */
export class NaiveDirectory implements Directory {
  #peers: Peer[] = [];
  #rows: Row[] = [];
  readonly #most: number;

  constructor(most: number = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  async join(peer: Peer): Promise<void> {
    this.#peers = [...this.#peers.filter((known) => known.session !== peer.session), { ...peer }];
  }

  async update(session: Peer['session'], change: Partial<Peer>): Promise<void> {
    this.#peers = this.#peers.map((peer) => (peer.session === session ? { ...peer, ...change } : peer));
  }

  async leave(session: Peer['session']): Promise<Listing[]> {
    const listings = this.#listings().filter(({ peer }) => peer.session === session);
    this.#peers = this.#peers.filter((peer) => peer.session !== session);
    this.#rows = this.#rows.filter((row) => row.session !== session);
    return listings;
  }

  async announce(session: Peer['session'], resources: readonly Announced[]): Promise<Listing[]> {
    if (!this.#peers.some((peer) => peer.session === session)) throw new RollcallError('not-found', 'not joined');
    const announced = new Map(resources.map((resource) => [resource.name, { ...resource, session }]));
    const kept = this.#rows.filter((row) => row.session !== session || !announced.has(row.name));
    const own = kept.filter((row) => row.session === session).length + announced.size;
    if (own > this.#most) throw new RollcallError('limit', `${own} resources`);
    this.#rows = [...kept, ...announced.values()];
    return this.#listings().filter(({ peer, name }) => peer.session === session && announced.has(name));
  }

  async withdraw(session: Peer['session'], names: readonly Announced['name'][]): Promise<Listing[]> {
    const isMeant = (of: Peer['session'], name: Announced['name']): boolean => of === session && names.includes(name);
    const listings = this.#listings().filter(({ peer, name }) => isMeant(peer.session, name));
    this.#rows = this.#rows.filter((row) => !isMeant(row.session, row.name));
    return listings;
  }

  async find({ pattern = '', owner, viewer, dialect, ...page }: FindQuery): Promise<Matches<Listing>> {
    const wanted = fold(pattern);
    const listings = this.#listings()
      .filter((row) => isShownTo(row, viewer) && fold(row.name).includes(wanted))
      .filter(({ peer }) => owner === undefined || peer.user === owner)
      .filter(({ peer }) => dialect === undefined || peer.dialects.includes(dialect))
      .sort(
        (a, b) =>
          byText(fold(a.name), fold(b.name)) ||
          byText(a.name, b.name) ||
          byState(a.peer, b.peer) ||
          byText(a.id ?? '', b.id ?? '') ||
          byPeer(a.peer, b.peer),
      );
    return pageOf(listings, page);
  }

  async locate({ name, id, owner, viewer, dialect, ...page }: LocateQuery): Promise<Matches<Listing>> {
    const listings = this.#listings()
      .filter((row) => isShownTo(row, viewer) && (row.name === name || row.id === id))
      .filter(({ peer }) => owner === undefined || peer.user === owner)
      .filter(({ peer }) => dialect === undefined || peer.dialects.includes(dialect))
      .sort(
        (a, b) =>
          byText(a.id ?? '', b.id ?? '') || byState(a.peer, b.peer) || byPeer(a.peer, b.peer) || byText(a.name, b.name),
      );
    return pageOf(listings, page);
  }

  async peers(page: PageRequest): Promise<Matches<Peer & { resources: number }>> {
    const rows = this.#peers
      .map((peer) => ({ ...peer, resources: this.#rows.filter((row) => row.session === peer.session).length }))
      .sort((a, b) => byState(a, b) || byPeer(a, b));
    return pageOf(rows, page);
  }

  async counts(): Promise<Counts> {
    const contents = new Set(this.#rows.flatMap(({ id }) => (id === null ? [] : [id]))).size;
    return { peers: this.#peers.length, resources: this.#rows.length, contents };
  }

  #listings(): Listing[] {
    return this.#rows.flatMap(({ session, ...resource }) =>
      this.#peers.filter((peer) => peer.session === session).map((peer) => ({ ...resource, peer })),
    );
  }
}

const isShownTo = ({ to, peer }: Listing, viewer: string | undefined): boolean =>
  to === undefined || peer.user === viewer || to.some((user) => user === viewer);

/** Good while nothing changes: its cursors count rows. */
function pageOf<Row>(rows: readonly Row[], { limit = 100, cursor = '0' }: PageRequest): Matches<Row> {
  const start = Number(cursor);
  const matches = rows.slice(start, start + limit).map((row, at) => ({ row, cursor: String(start + at + 1) }));
  return { matches, more: start + limit < rows.length };
}
