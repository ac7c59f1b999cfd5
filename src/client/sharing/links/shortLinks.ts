import { createHash } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import { linkCodeCharacters } from '../../../net/wire/peer.ts';
import { shortLinks, shortLinksOfAddress } from '../limits.ts';
import type { LinkStore } from './linkStore.ts';

/** Tickets of links by a code that fits into a QR code. */
export class ShortLinks {
  readonly #store: LinkStore;
  readonly #clock: Pick<Clock, 'wall'>;

  constructor(store: LinkStore, clock: Pick<Clock, 'wall'>) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * The code of a ticket, good until `ends` by our clock: the same whenever it is left again. Nothing where too many were
   * left from `address`, or in all.
   */
  leave(ticket: string, ends: number, address: string): string | undefined {
    const code = createHash('sha256').update(ticket).digest('base64url').slice(0, linkCodeCharacters);
    return this.#store.change(this.#clock.wall(), (database) => {
      const count = (where: string, ...values: unknown[]): number =>
        Number(database.value(`SELECT count(*) FROM short_links WHERE ${where}`, ...values));
      if (count('code = ?', code) > 0) return code;
      if (count('TRUE') >= shortLinks || count('caller = ?', address) >= shortLinksOfAddress) return undefined;
      database.run('INSERT INTO short_links VALUES (?, ?, ?, ?)', code, ticket, address, ends);
      return code;
    });
  }

  /** Nothing where no such code is good now. */
  ticketOf(code: string): string | undefined {
    const now = this.#clock.wall();
    const sql = 'SELECT ticket FROM short_links WHERE code = ? AND ends > ?';
    const ticket = this.#store.read((database) => database.value(sql, code, now));
    return typeof ticket === 'string' ? ticket : undefined;
  }
}
