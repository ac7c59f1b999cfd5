import type { UserRow } from '../../../base/roll.ts';
import { type Context, visit } from './context.ts';
import { paint } from './paint.ts';
import { type Column, tableLines } from './table.ts';
import { columnsOf } from './terminal.ts';
import { countText, timeText } from './text.ts';

const columns: Column[] = [
  { head: 'USER', shrinksTo: 8 },
  { head: 'ADDRESS' },
  { head: 'PORT', align: 'right', spare: 2 },
  { head: 'STATE', spare: 1 },
  { head: 'RESOURCES', align: 'right', spare: 3 },
  { head: 'UDP', spare: 4 },
  { head: 'SINCE', spare: 5 },
];

/** Lists who is here. */
export async function who(context: Context): Promise<void> {
  const { terminal } = context;
  await using visitor = await visit(context);
  const rows: UserRow[] = [];
  for await (const row of visitor.users()) {
    if (terminal.json) terminal.record(userRecord(row));
    else rows.push(row);
  }
  if (terminal.json) return;
  if (rows.length === 0) return terminal.say('Nobody is here.');
  const cells = rows.map((row) => [
    row.user,
    row.address,
    String(row.port),
    row.state,
    String(row.resources),
    // Whose program has no key has no heartbeats either.
    row.fingerprint === undefined ? '-' : row.udp,
    timeText(row.since),
  ]);
  const [heads = '', ...lines] = tableLines(columns, cells, columnsOf(terminal.stdout));
  terminal.print(heads, paint.bold);
  for (const [at, line] of lines.entries()) terminal.print(line, rows[at]?.state === 'suspect' ? paint.dim : undefined);
  terminal.say(countText(rows.length, 'peer', 'peers'), paint.dim);
}

function userRecord({ user, address, port, state, resources, udp }: UserRow): object {
  return { user, address, port, state, resources, udp };
}
