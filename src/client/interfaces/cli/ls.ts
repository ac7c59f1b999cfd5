import { shortId } from '../../../base/ids.ts';
import { userName } from '../../../base/names.ts';
import type { ResourceRow } from '../../../base/roll.ts';
import { sizeText } from '../../../base/sizeText.ts';
import { type Context, visit } from './context.ts';
import { paint } from './paint.ts';
import { type Column, tableLines } from './table.ts';
import { columnsOf } from './terminal.ts';
import { countText } from './text.ts';

export interface LsFlags {
  pattern?: string | undefined;
  owner?: string | undefined;
}

const columns: Column[] = [
  { head: 'NAME', shrinksTo: 16 },
  { head: 'OWNER', shrinksTo: 8 },
  { head: 'SIZE', align: 'right', spare: 1 },
  { head: 'KIND', spare: 4 },
  { head: 'STATE', spare: 3 },
  { head: 'ID', spare: 2 },
  { head: 'DESCRIPTION', shrinksTo: 11, spare: 5 },
];

/** Lists what is shared. */
export async function ls(context: Context, flags: LsFlags): Promise<void> {
  const { terminal } = context;
  const owner = flags.owner === undefined ? undefined : userName(flags.owner);
  await using visitor = await visit(context);
  const rows: ResourceRow[] = [];
  for await (const row of visitor.find({ pattern: flags.pattern, owner })) {
    if (terminal.json) terminal.record(resourceRecord(row));
    else rows.push(row);
  }
  if (terminal.json) return;
  if (rows.length === 0) return terminal.say(nothing(flags));
  const cells = rows.map((row) => [
    row.name,
    row.owner,
    row.size === null ? '?' : sizeText(row.size),
    row.kind,
    row.state,
    row.id === null ? 'unverified' : shortId(row.id),
    row.description,
  ]);
  const [heads = '', ...lines] = tableLines(columns, cells, columnsOf(terminal.stdout));
  terminal.print(heads, paint.bold);
  for (const [at, line] of lines.entries()) terminal.print(line, rows[at]?.state === 'suspect' ? paint.dim : undefined);
  const owners = new Set(rows.map((row) => row.owner)).size;
  const count = countText(rows.length, 'resource', 'resources');
  terminal.say(`${count} of ${countText(owners, 'owner', 'owners')}`, paint.dim);
}

function resourceRecord(row: ResourceRow): object {
  const { name, owner, address, port, size, id, kind, description, state } = row;
  return { name, owner, address, port, size, id, kind, description, state };
}

function nothing({ pattern, owner }: LsFlags): string {
  const whose = owner === undefined ? 'Nothing is shared' : `${owner} shares nothing`;
  return pattern === undefined ? `${whose}.` : `${whose} with '${pattern}' in its name.`;
}
