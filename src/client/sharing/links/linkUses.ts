import type { Clock } from '../../../base/clock.ts';
import type { Database } from '../../../sqlite/database.ts';
import { askTwiceMs, countedUses, countedUsesOfAddress } from '../limits.ts';
import type { LinkStore } from './linkStore.ts';

/** A link that is good for so many downloads. */
export interface CountedLink {
  /** What they are counted by. */
  id: string;
  uses: number;
  /** When it ends, milliseconds since 1970 by our clock. */
  ends: number;
}

/** `too-many`: all that this peer counts is taken. */
export type Begun = 'begun' | 'used-up' | 'too-many';

interface Row {
  begun: number;
  finished: number | null;
}

/**
 * How often links were used. A use is a download that somebody at one address begins. What he asks for from there until
 * he has been sent the end of the file belongs to it, and so do afterwards what goes on in the middle, as for the rest of a
 * download, and what comes within a minute: phones ask once to show what there is and once more to save it.
 */
export class LinkUses {
  readonly #store: LinkStore;
  readonly #clock: Pick<Clock, 'wall'>;

  constructor(store: LinkStore, clock: Pick<Clock, 'wall'>) {
    this.#store = store;
    this.#clock = clock;
  }

  /** How many are left. */
  left({ id, uses }: CountedLink): number {
    return Math.max(0, uses - this.#store.read((database) => begunOf(database, id)));
  }

  /** False where `begin` would tell that it is used up, from whatever `start` on. */
  mayBegin(link: CountedLink, address: string, start: number = Number.POSITIVE_INFINITY): boolean {
    if (this.left(link) > 0) return true;
    const row = this.#store.read((database) => rowOf(database, link.id, address));
    return row !== undefined && goesOn(row, start, this.#clock.wall());
  }

  /** Bytes are about to be sent, from the file's `start` on. */
  begin({ id, uses, ends }: CountedLink, address: string, start: number): Begun {
    const now = this.#clock.wall();
    return this.#store.change(now, (database) => {
      const row = rowOf(database, id, address);
      if (row !== undefined && goesOn(row, start, now)) return 'begun';
      if (begunOf(database, id) >= uses) return 'used-up';
      const count = (where: string, ...values: unknown[]): number =>
        Number(database.value(`SELECT count(*) FROM link_uses WHERE ${where}`, ...values));
      const isNew = row === undefined;
      if (isNew && count('TRUE') >= countedUses) return 'too-many';
      if (isNew && count('address = ?', address) >= countedUsesOfAddress) return 'too-many';
      const next = [id, address, (row?.begun ?? 0) + 1, ends];
      database.run('INSERT OR REPLACE INTO link_uses (link, address, begun, ends) VALUES (?, ?, ?, ?)', ...next);
      return 'begun';
    });
  }

  /** He took the last byte of the file. */
  finished({ id }: CountedLink, address: string): void {
    const now = this.#clock.wall();
    this.#store.change(now, (database) => {
      const sql = 'UPDATE link_uses SET finished = ? WHERE link = ? AND address = ? AND finished IS NULL';
      database.run(sql, now, id, address);
    });
  }
}

const goesOn = ({ finished }: Row, start: number, now: number): boolean =>
  finished === null || start > 0 || now - finished < askTwiceMs;

const begunOf = (database: Database, id: string): number =>
  Number(database.value('SELECT coalesce(sum(begun), 0) FROM link_uses WHERE link = ?', id));

const rowOf = (database: Database, id: string, address: string): Row | undefined =>
  database.row('SELECT begun, finished FROM link_uses WHERE link = ? AND address = ?', id, address) as Row | undefined;
