import { RollcallError } from '../../../base/errors.ts';
import { type ResourceName, resourceName, type UserName } from '../../../base/names.ts';
import type { Page, PageRequest, PeerAddress } from '../../../base/roll.ts';
import {
  HelloList,
  helloNotFound,
  helloReplies,
  isHelloName,
  isHelloOwner,
  maxHelloOwners,
  ownerLine,
  resourceLine,
  userLine,
} from '../../../net/wire/classic/hello.ts';
import type { Tracker } from '../../brain/tracker.ts';
import { rowsOf } from '../listing.ts';
import type { Omissions } from '../omissions.ts';
import { listPageRows, ownersPageRows, tokens } from './limits.ts';
import type { Source } from './source.ts';

/** What is on the roll, as one reply each. */
export interface Lists {
  /** What peers have that answer this dialect. */
  resources(source: Source): Promise<string>;
  /** Everybody who is here, whatever he speaks. */
  users(source: Source): Promise<string>;
  /** Who has a resource, and answers this dialect. */
  owners(source: Source, name: string): Promise<string>;
}

export function createLists({ tracker, omissions }: { tracker: Pick<Tracker, 'ask'>; omissions: Omissions }): Lists {
  const isTold = (name: string, isWord = isHelloName): boolean => {
    const told = isWord(name);
    if (!told) omissions.leftOut('hello', name);
    return told;
  };

  /** Page after page, each paid for. */
  const walk = <Row>(source: Source, limit: number, ask: (page: PageRequest) => Promise<Page<Row>>) =>
    rowsOf(async (page) => {
      await source.spend(tokens.page);
      return ask({ ...page, limit });
    });

  return {
    async resources(source) {
      const list = new HelloList(helloReplies.resources);
      const rows = walk(source, listPageRows, (page) =>
        tracker.ask(source.caller, { command: 'find', dialect: 'hello', ...page }),
      );
      for await (const row of rows) {
        if (!isTold(row.name) || !isTold(row.owner) || !isWithin(row, source)) continue;
        if (list.add(resourceLine(row.name, row.owner, row))) continue;
        omissions.cut('hello', 'query resources');
        break;
      }
      return list.lines === 0 ? helloReplies.noResources : list.text;
    },

    async users(source) {
      const list = new HelloList(helloReplies.users);
      const told = new Set<UserName>();
      const rows = walk(source, listPageRows, (page) => tracker.ask(source.caller, { command: 'users', ...page }));
      for await (const { user } of rows) {
        if (told.has(user) || !isTold(user)) continue;
        told.add(user);
        if (list.add(userLine(user))) continue;
        omissions.cut('hello', 'query users');
        break;
      }
      return list.lines === 0 ? helloReplies.noUsers : list.text;
    },

    async owners(source, text) {
      const name = asName(text);
      if (name === undefined) return helloNotFound(text);
      const list = new HelloList('');
      const rows = walk(source, ownersPageRows, async (page) => {
        const located = await tracker.ask(source.caller, { command: 'locate', name, dialect: 'hello', ...page });
        return { rows: (located.unverified ?? []).flatMap(({ owners }) => owners), next: located.next };
      });
      for await (const row of rows) {
        if (!isTold(row.user) || !isTold(row.user, isHelloOwner) || !isWithin(row, source)) continue;
        if (list.lines < maxHelloOwners && list.add(ownerLine(row.user, row))) continue;
        omissions.cut('hello', `get resource_info ${name}`);
        break;
      }
      return list.lines === 0 ? helloNotFound(text) : list.text;
    },
  };
}

/** Who speaks IPv4 has no room for another address. */
const isWithin = ({ address }: PeerAddress, source: Source): boolean =>
  source.remote.includes(':') || !address.includes(':');

/** Nothing where no resource can be called so. */
function asName(text: string): ResourceName | undefined {
  try {
    return resourceName(text);
  } catch (error) {
    if (error instanceof RollcallError) return undefined;
    throw error;
  }
}
