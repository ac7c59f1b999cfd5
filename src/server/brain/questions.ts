import { RollcallError } from '../../base/errors.ts';
import type { ContentId, Fingerprint } from '../../base/ids.ts';
import type { UserName } from '../../base/names.ts';
import type {
  Choice,
  Dialect,
  FindRequest,
  Owner,
  Page,
  PageRequest,
  PartialOwner,
  ResourceRow,
  UnverifiedChoice,
  UserRow,
} from '../../base/roll.ts';
import type { Directory, Listing } from '../../directory/directory.ts';
import { defaultPageRows, maxOwnersBytes, maxPagePartial } from '../limits.ts';
import type { Tickets } from '../tickets.ts';
import type { Outcome, Wanted } from './commands.ts';
import { cutPage, mapRows } from './pages.ts';
import type { Partials } from './partials.ts';
import { isProven, ownerRow, type Proven, partialOwnerRow, resourceRow, unverifiedOwner, userRow } from './rows.ts';
import { type Caller, servesAt } from './sessions.ts';

/** What the roll is asked. Nobody has to go by a name for it, but sees what is shared with a name only under that. */
export interface Questions {
  find(caller: Caller, request: FindRequest & { dialect?: Dialect | undefined }): Promise<Page<ResourceRow>>;
  locate(caller: Caller, wanted: Wanted): Promise<Outcome<'locate'>>;
  users(caller: Caller, request: PageRequest): Promise<Page<UserRow>>;
}

export function createQuestions(parts: { directory: Directory; partials: Partials; tickets: Tickets }): Questions {
  const { directory, partials, tickets } = parts;

  /** At most `count` partial owners of a content, with the tickets that `issue` makes. */
  const drawPartial = ({ connection }: Caller, id: ContentId, count: number, issue: Issue): PartialOwner[] =>
    partials.draw(id, connection.fingerprint, count).flatMap((session) => {
      const at = servesAt(session);
      const { fingerprint } = session;
      if (at === undefined || fingerprint === undefined) return [];
      return [partialOwnerRow(fingerprint, at, connection.local, issue(fingerprint, id))];
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
    async find(caller, { pattern, owner, dialect, cursor, limit = defaultPageRows }) {
      const matches = await directory.find({ pattern, owner, dialect, cursor, limit, viewer: viewerOf(caller) });
      return cutPage(mapRows(matches, (listing) => resourceRow(listing, caller.connection.local)));
    },

    async locate(caller, { limit = defaultPageRows, linkSeconds, linkUses, linkPlain, ...wanted }) {
      const { fingerprint, local } = caller.connection;
      const page = await directory.locate({ ...wanted, limit, viewer: viewerOf(caller) });
      const issue: Issue = (owner, id) => {
        if (fingerprint === undefined) throw new RollcallError('refused', 'tickets are for whoever shows a key');
        return linkSeconds === undefined
          ? tickets.issue(fingerprint, owner, id)
          : tickets.issueLink({ seconds: linkSeconds, uses: linkUses, plain: linkPlain }, owner, id);
      };
      const offers = mapRows(page, (listing): Offer | UnverifiedChoice => {
        if (wanted.dialect === undefined && isProven(listing)) {
          const ticket = issue(listing.peer.fingerprint, listing.id);
          return { head: head(listing), owner: ownerRow(listing, local, ticket) };
        }
        return unverifiedChoice(listing, local, wanted.dialect);
      });
      const { rows, next } = cutPage(offers, maxOwnersBytes);
      const choices = group(rows.filter(isOffer));
      const begun = choices.filter(({ id }) => id !== page.after);
      if (linkSeconds === undefined) addPartial(caller, begun, issue);
      const unverified = rows.filter((row): row is UnverifiedChoice => !isOffer(row));
      return { choices, ...(unverified.length > 0 && { unverified }), ...(next !== undefined && { next }) };
    },

    async users({ connection }, { cursor, limit = defaultPageRows }) {
      const matches = await directory.peers({ cursor, limit });
      return cutPage(mapRows(matches, (peer) => userRow(peer, connection.local)));
    },
  };
}

type Issue = (owner: Fingerprint, id: ContentId) => string;

/** Whoever has shown no key may say any name, and sees no more for it. */
const viewerOf = ({ connection, session }: Caller): UserName | undefined =>
  connection.fingerprint === undefined ? undefined : session?.user;

type Head = Omit<Choice, 'owners' | 'partial'>;

const head = ({ id, size, kind, description }: Proven): Head => ({ id, size, kind, description });

interface Offer {
  head: Head;
  owner: Owner;
}

const isOffer = (row: Offer | UnverifiedChoice): row is Offer => 'head' in row;

/** As whoever is to ask its owner in `dialect` has to know it, or in the one that the owner speaks. */
function unverifiedChoice(listing: Listing, local: string, asked: Dialect | undefined): UnverifiedChoice {
  const dialect = asked ?? listing.peer.dialects[0];
  if (dialect === undefined) throw new RollcallError('fault', `"${listing.name}" is listed, and nobody can ask for it`);
  const owner = unverifiedOwner(listing, local, dialect);
  return { id: null, size: null, kind: 'file', description: listing.description, owners: [owner] };
}

/**
 * Owners of one content, in the directory's order. Whoever states another size or kind for an id is a choice of his own:
 * the others' is not spoilt by it.
 */
function group(offers: readonly Offer[]): Choice[] {
  const choices = new Map<string, Choice>();
  for (const { head, owner } of offers) {
    const key = `${head.id} ${head.size} ${head.kind}`;
    const choice = choices.get(key);
    if (choice === undefined) choices.set(key, { ...head, owners: [owner], partial: [] });
    else choice.owners.push(owner);
  }
  return [...choices.values()];
}
