import { RollcallError } from '../../base/errors.ts';
import type { ContentId } from '../../base/ids.ts';
import type { ResourceName, UserName } from '../../base/names.ts';
import type {
  Choice,
  FindRequest,
  Owner,
  PageRequest,
  PartialOwner,
  PeerAddress,
  ResourceRow,
  UnverifiedChoice,
  UserRow,
} from '../../base/roll.ts';
import { type LocateRequest, maxPage } from '../../net/wire/control.ts';
import { maxOwners, maxPages } from './limits.ts';
import type { Session } from './session.ts';

type Asks = Pick<Session, 'call'>;

/** What is shared, sorted by name: every row, page by page as they are read. */
export async function* findAll(
  session: Asks,
  query: Pick<FindRequest, 'pattern' | 'owner'>,
  signal?: AbortSignal,
): AsyncGenerator<ResourceRow> {
  const ask = (page: PageRequest) => session.call('find', { ...query, ...page }, signal);
  for await (const { rows } of pages(ask)) yield* rows;
}

/** Who is here, page by page as they are read. */
export async function* usersAll(session: Asks, signal?: AbortSignal): AsyncGenerator<UserRow> {
  for await (const { rows } of pages((page) => session.call('users', page, signal))) yield* rows;
}

/**
 * Who has a name or a content: one choice a content, with all of its owners. Nobody is an empty list. Whoever states
 * another size or kind of a content is a choice of his own, so that he spoils nobody else's. With `linkSeconds` the
 * tickets are for links of that life, 60 to 86,400 seconds, on the terms that go with it, and no partial owner is named. What nobody can verify is
 * apart, a choice for each owner.
 */
export async function locateAll(
  session: Asks,
  wanted: ({ name: ResourceName } | { id: ContentId }) & Pick<LocateRequest, 'linkSeconds' | 'linkUses' | 'linkPlain'>,
  owner?: UserName,
  signal?: AbortSignal,
): Promise<{ choices: Choice[]; unverified: UnverifiedChoice[] }> {
  const unverified: UnverifiedChoice[] = [];
  const found = new Map<string, Found>();
  let count = 0;
  const ask = (page: PageRequest) => session.call('locate', { ...wanted, owner, ...page }, signal);
  for await (const page of pages(ask)) {
    unverified.push(...(page.unverified ?? []));
    count += page.unverified?.length ?? 0;
    for (const choice of page.choices) {
      const key = `${choice.id} ${choice.size} ${choice.kind}`;
      const known: Found = found.get(key) ?? { choice, owners: new Map(), partial: new Map() };
      found.set(key, known);
      for (const one of choice.partial) {
        if (!known.partial.has(placeOf(one))) count += 1;
        known.partial.set(placeOf(one), one);
      }
      for (const one of choice.owners) {
        const where = JSON.stringify([one.address, one.port, one.name]);
        if (!known.owners.has(where)) count += 1;
        // An owner that moved in the order between two pages comes in both; what the later one says counts.
        known.owners.set(where, one);
      }
    }
    if (count > maxOwners) throw new RollcallError('limit', `the tracker names over ${maxOwners} owners: ask for less`);
  }
  return { choices: Array.from(found.values(), merged), unverified };
}

/** What several pages say of one choice: owners by place and name, partial owners by place. */
interface Found {
  choice: Choice;
  owners: Map<string, Owner>;
  partial: Map<string, PartialOwner>;
}

const placeOf = ({ address, port }: PeerAddress): string => JSON.stringify([address, port]);

/** Whoever has it whole is no partial owner besides. */
function merged({ choice, owners, partial }: Found): Choice {
  for (const owner of owners.values()) partial.delete(placeOf(owner));
  return { ...choice, owners: [...owners.values()], partial: [...partial.values()] };
}

/** Asks for page after page, until one says that it is the last. */
async function* pages<Answer extends { next?: string | undefined }>(
  ask: (page: PageRequest) => Promise<Answer>,
): AsyncGenerator<Answer> {
  let cursor: string | undefined;
  for (let count = 0; count < maxPages; count++) {
    const page = await ask({ limit: maxPage, cursor });
    yield page;
    if (page.next === undefined) return;
    if (page.next === cursor) throw new RollcallError('bad-message', 'the tracker sends one page over and over');
    cursor = page.next;
  }
  throw new RollcallError('limit', `the tracker's list has no end within ${maxPages} pages: ask for less`);
}
