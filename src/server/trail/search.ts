import { collisionKey } from '../../base/names.ts';
import type { Database } from '../../sqlite/database.ts';
import { rowsOf } from './historyFile.ts';
import { shownRows } from './limits.ts';
import type { OperationName, Row } from './trail.ts';

export interface Wanted {
  user?: string | undefined;
  /** Milliseconds since 1970. */
  since?: number | undefined;
  operation?: OperationName | undefined;
  /** Only so many, the newest. */
  limit?: number | undefined;
}

/** What is in the trail now and is wanted, from the oldest to the newest, by pages; none is empty. */
export function* search(database: Database, wanted: Wanted): Generator<Row[]> {
  const { sql, values } = condition(database, wanted);
  const bounds = database.row(
    `select min(row) as first, max(row) as last
       from (select row from operation where ${sql} order by row desc limit ?)`,
    ...values,
    wanted.limit ?? -1,
  ) as { first: number | null; last: number | null };
  let { first } = bounds;
  while (first !== null) {
    const page = rowsOf(
      database.rows(
        `select * from operation where row between ? and ? and ${sql} order by row limit ?`,
        ...[first, bounds.last, ...values, shownRows],
      ),
    );
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    first = last.row + 1;
  }
}

function condition(database: Database, { user, since, operation }: Wanted): { sql: string; values: unknown[] } {
  const parts = ['true'];
  const values: unknown[] = [];
  if (since !== undefined) {
    parts.push('received >= ?');
    values.push(Math.round(since));
  }
  if (operation !== undefined) {
    parts.push('operation = ?');
    values.push(operation);
  }
  if (user !== undefined) {
    const spellings = spellingsOf(database, user);
    parts.push(`user in (${spellings.map(() => '?').join(', ')})`);
    values.push(...spellings);
  }
  return { sql: parts.join(' and '), values };
}

/** Names that read alike are one name. */
function spellingsOf(database: Database, user: string): string[] {
  const key = collisionKey(user);
  const users = database.rows('select distinct user from operation where user is not null') as { user: string }[];
  return users.map((row) => row.user).filter((known) => collisionKey(known) === key);
}
