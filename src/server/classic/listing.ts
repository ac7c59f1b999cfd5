import type { Page, PageRequest } from '../../base/roll.ts';
import { createTurns, type Turns } from '../turns.ts';
import { listPageRows, maxListRows, maxListsAtOnce, maxListsPerAddress } from './limits.ts';

/** The rows of a list, page after page, up to `maxListRows`. */
export async function* rowsOf<Row>(ask: (request: PageRequest) => Promise<Page<Row>>): AsyncGenerator<Row> {
  let cursor: string | undefined;
  let left = maxListRows;
  do {
    const page: Page<Row> = await ask({ limit: Math.min(left, listPageRows), ...(cursor !== undefined && { cursor }) });
    yield* page.rows;
    left -= page.rows.length;
    cursor = page.next;
  } while (cursor !== undefined && left > 0);
}

/** Whose turn it is to have a list made: each waits in memory until it is read. By address. */
export const createListTurns = (): Turns => createTurns({ total: maxListsAtOnce, perKind: maxListsPerAddress });
