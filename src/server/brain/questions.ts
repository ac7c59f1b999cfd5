import type { ContentId, Fingerprint } from '../../base/ids.ts';
import type {
  Choice,
  FindRequest,
  Owner,
  Page,
  PageRequest,
  PartialOwner,
  ResourceRow,
  UserRow,
} from '../../base/roll.ts';
import type { Directory, Listing } from '../../directory/directory.ts';
import { defaultPageRows, maxOwnersBytes, maxPagePartial } from '../limits.ts';
import type { Tickets } from '../tickets.ts';
import type { Outcome, Wanted } from './commands.ts';
import { cutPage, mapRows } from './pages.ts';
import type { Partials } from './partials.ts';
import { ownerRow, partialOwnerRow, resourceRow, userRow } from './rows.ts';
import { type Caller, servesAt } from './sessions.ts';

/** What the roll is asked. Nobody has to go by a name for it, but sees what is shared with a name only under that. */
export interface Questions {
  find(caller: Caller, request: FindRequest): Promise<Page<ResourceRow>>;
  locate(caller: Caller, wanted: Wanted): Promise<Outcome<'locate'>>;
  users(caller: Caller, request: PageRequest): Promise<Page<UserRow>>;
}

export function createQuestions(parts: { directory: Directory; partials: Partials; tickets: Tickets }): Questions {
  const { directory, partials, tickets } = parts;

  /** At most `count` partial owners of a content, with the tickets that `issue` makes. */
  const drawPartial = ({ connection }: Caller, id: ContentId, count: number, issue: Issue): PartialOwner[] =>
    partials.draw(id, connection.fingerprint, count).flatMap((session) => {
      const at = servesAt(session);
      return at === undefined ? [] : [partialOwnerRow(session, at, connection.local, issue(session.fingerprint, id))];
    });

  /** Shares `maxPagePartial` out among these choices: what one has no use for is the next one's. */
  const addPartial = (caller: Caller, choices: readonly Choice[], issue: Issue): void => {
    let left = maxPagePartial;
    for (const [index, choice] of choices.entries()) {
      choice.partial = drawPartial(caller, choice.id, Math.floor(left / (choices.length - index)), issue);
      left -= choice.partial.length;
    }
  };

  return {
    async find({ connection, session }, { pattern, owner, cursor, limit = defaultPageRows }) {
      const matches = await directory.find({ pattern, owner, cursor, limit, viewer: session?.user });
      return cutPage(mapRows(matches, (listing) => resourceRow(listing, connection.local)));
    },

    async locate(caller, { limit = defaultPageRows, linkSeconds, ...wanted }) {
      const { connection, session } = caller;
      const { matches, more, after } = await directory.locate({ ...wanted, limit, viewer: session?.user });
      const issue: Issue = (owner, id) =>
        linkSeconds === undefined
          ? tickets.issue(connection.fingerprint, owner, id)
          : tickets.issueLink(linkSeconds, owner, id);
      const offers = mapRows({ matches, more }, (listing) => ({
        head: head(listing),
        owner: ownerRow(listing, connection.local, issue(listing.peer.fingerprint, listing.id)),
      }));
      const { rows, next } = cutPage(offers, maxOwnersBytes);
      const choices = group(rows);
      const begun = choices.filter(({ id }) => id !== after);
      if (linkSeconds === undefined) addPartial(caller, begun, issue);
      return next === undefined ? { choices } : { choices, next };
    },

    async users({ connection }, { cursor, limit = defaultPageRows }) {
      const matches = await directory.peers({ cursor, limit });
      return cutPage(mapRows(matches, (peer) => userRow(peer, connection.local)));
    },
  };
}

type Issue = (owner: Fingerprint, id: ContentId) => string;

type Head = Omit<Choice, 'owners' | 'partial'>;

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
    if (choice === undefined) choices.set(key, { ...head, owners: [owner], partial: [] });
    else choice.owners.push(owner);
  }
  return [...choices.values()];
}
