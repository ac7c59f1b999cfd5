import { RollcallError } from '../../../src/base/errors.ts';
import type { PageRequest } from '../../../src/base/roll.ts';
import type { Directory, Listing, Matches } from '../../../src/directory/directory.ts';
import { peerOf, resourceOf, session } from './samples.ts';

/** Makes an empty directory, whose sessions may share this many resources. */
export type MakeDirectory = (limits: { maxSessionResources: number }) => Directory | Promise<Directory>;

/** Anna, session 1, and Ben, session 2, share what is said here as `name` or `name#content`. */
export async function sharing(make: MakeDirectory, anna: string[], ben: string[] = []): Promise<Directory> {
  const directory = await make({ maxSessionResources: 1000 });
  await directory.join(peerOf(1, 'Anna'));
  await directory.join(peerOf(2, 'Ben'));
  for (const [index, texts] of [anna, ben].entries()) {
    const resources = texts.map((text) => {
      const [name = '', content = '1'] = text.split('#');
      return resourceOf(name, Number(content));
    });
    await directory.announce(session(index + 1), resources);
  }
  return directory;
}

/** All pages of a list, at most 1,000, each asked for with the cursor of the last match before it. */
export async function walk<Row, Query extends PageRequest>(
  ask: (query: Query) => Promise<Matches<Row>>,
  query: Query,
  between: (page: number) => Promise<void> = async () => {},
): Promise<Row[]> {
  const rows: Row[] = [];
  let next = query;
  for (let page = 0; page < 1000; page++) {
    const { matches, more } = await ask(next);
    rows.push(...matches.map(({ row }) => row));
    if (!more) return rows;
    const cursor = matches.at(-1)?.cursor;
    if (cursor === undefined) throw new Error('there is more, and yet no cursor to ask for it with');
    next = { ...next, cursor };
    await between(page);
  }
  throw new Error('the list has no end');
}

export const label = ({ peer, name }: Listing): string => `${name}@${peer.user}`;
export const labels = ({ matches }: Matches<Listing>): string[] => matches.map(({ row }) => label(row));

/** The code of the error that something ends with, or nothing. */
export async function codeOf(act: Promise<unknown>): Promise<string | undefined> {
  try {
    await act;
    return undefined;
  } catch (error) {
    if (error instanceof RollcallError) return error.code;
    throw error;
  }
}
