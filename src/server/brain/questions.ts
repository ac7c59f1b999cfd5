import type { Choice, FindRequest, Owner, Page, PageRequest, ResourceRow, UserRow } from '../../base/roll.ts';
import type { Directory, Listing } from '../../directory/directory.ts';
import { defaultPageRows } from '../limits.ts';
import type { IssueTicket } from '../tickets.ts';
import type { Outcome, Wanted } from './commands.ts';
import { cutPage, jsonBytes, mapRows } from './pages.ts';
import { ownerRow, resourceRow, userRow } from './rows.ts';
import type { Caller } from './sessions.ts';

/** What the roll is asked. Nobody has to go by a name for it, but sees what is shared with a name only under that. */
export interface Questions {
  find(caller: Caller, request: FindRequest): Promise<Page<ResourceRow>>;
  locate(caller: Caller, wanted: Wanted): Promise<Outcome<'locate'>>;
  users(caller: Caller, request: PageRequest): Promise<Page<UserRow>>;
}

export function createQuestions(directory: Directory, issueTicket: IssueTicket): Questions {
  return {
    async find({ connection, session }, { pattern, owner, cursor, limit = defaultPageRows }) {
      const matches = await directory.find({ pattern, owner, cursor, limit, viewer: session?.user });
      return cutPage(mapRows(matches, (listing) => resourceRow(listing, connection.local)));
    },

    async locate({ connection, session }, { limit = defaultPageRows, ...wanted }) {
      const { matches, more } = await directory.locate({ ...wanted, limit, viewer: session?.user });
      const tickets = await Promise.all(
        matches.map(({ row }) => issueTicket(connection.fingerprint, row.peer.fingerprint, row.id)),
      );
      const offers = matches.map(({ row, cursor }, index) => ({
        row: { head: head(row), owner: ownerRow(row, connection.local, tickets[index] ?? '') },
        cursor,
      }));
      const { rows, next } = cutPage({ matches: offers, more }, (offer) => jsonBytes(offer));
      return next === undefined ? { choices: group(rows) } : { choices: group(rows), next };
    },

    async users({ connection }, { cursor, limit = defaultPageRows }) {
      const matches = await directory.peers({ cursor, limit });
      return cutPage(mapRows(matches, (peer) => userRow(peer, connection.local)));
    },
  };
}

type Head = Omit<Choice, 'owners'>;

const head = ({ id, size, kind, description }: Listing): Head => ({ id, size, kind, description });

/**
 * Owners of one content, in the directory's order. Whoever states another size or kind for an id is a choice of his own:
 * the others' is not spoilt by it.
 */
function group(offers: readonly { head: Head; owner: Owner }[]): Choice[] {
  const choices = new Map<string, Choice>();
  for (const { head, owner } of offers) {
    const key = `${head.id} ${head.size} ${head.kind}`;
    const choice = choices.get(key);
    if (choice === undefined) choices.set(key, { ...head, owners: [owner] });
    else choice.owners.push(owner);
  }
  return [...choices.values()];
}
