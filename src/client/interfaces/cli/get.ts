import { isAbsolute, relative, resolve, sep } from 'node:path';
import { RollcallError } from '../../../base/errors.ts';
import { contentId } from '../../../base/ids.ts';
import { resourceName, userName } from '../../../base/names.ts';
import type { Choice } from '../../../base/roll.ts';
import type { DownloadOptions, Saved, Visitor } from '../../app.ts';
import { parseSaid } from '../../settings.ts';
import { askOn } from './ask.ts';
import { type Chosen, choose, type Wanted } from './choose.ts';
import { type Context, visit } from './context.ts';
import { progressEveryMs } from './limits.ts';
import { openProgress } from './progress.ts';
import { savedLines } from './saved.ts';

export interface GetFlags {
  name?: string | undefined;
  from?: string | undefined;
  id?: string | undefined;
  output?: string | undefined;
  overwrite?: boolean | undefined;
  rename?: boolean | undefined;
}

/** Fewest digits of a content id that tell things of one name apart: as many as lists show. */
const minIdDigits = 8;

/** Fetches one resource. */
export async function get(context: Context, flags: GetFlags): Promise<void> {
  const { terminal, ending, cwd } = context;
  const wanted = readFlags(flags);
  const file = flags.output === undefined ? undefined : parseSaid('-o', flags.output, (path) => target(cwd, path));
  await using visitor = await visit(context);
  const choices = await wanted.find(visitor);
  const chosen = await choose(choices, wanted, askOn(terminal, ending.signal));
  const ifExists = flags.overwrite ? 'overwrite' : flags.rename ? 'rename' : 'refuse';
  const saved = await fetch(context, visitor, chosen, { file, ifExists, signal: ending.signal });
  const { path, bytes, id, from, seconds } = saved;
  if (terminal.json) terminal.record({ event: 'saved', path, bytes, id, from, seconds });
  else tell(context, chosen.first.name, saved);
}

/** @throws RollcallError `usage` */
function readFlags(flags: GetFlags): Wanted & { find(visitor: Visitor): Promise<Choice[]> } {
  const { name, from } = flags;
  if (flags.overwrite && flags.rename) throw new RollcallError('usage', '--overwrite and --rename exclude each other');
  const owner = from === undefined ? undefined : parseSaid('--from', from, userName);
  const shared = { from: owner, id: flags.id?.toLowerCase() };
  if (name === undefined) {
    if (shared.id === undefined) throw new RollcallError('usage', 'say what to get: a name, or --id CONTENT');
    const id = parseSaid('--id', shared.id, contentId);
    return { ...shared, what: id, find: (visitor) => visitor.choices({ id }) };
  }
  if (shared.id !== undefined && !new RegExp(`^[0-9a-f]{${minIdDigits},64}$`).test(shared.id)) {
    throw new RollcallError(
      'usage',
      `--id: "${flags.id}" is no content id: give its first ${minIdDigits} hex digits or more`,
    );
  }
  const resource = resourceName(name);
  return { ...shared, what: resource, find: (visitor) => visitor.choices({ name: resource }) };
}

/**
 * The file or folder to make. Never the folder that somebody is in, nor one around it: `--overwrite` would put the
 * download in the place of all that is there, and an empty variable in a script is enough to name it.
 * @throws RollcallError `usage`
 */
function target(cwd: string, output: string): string {
  if (output === '-') {
    throw new RollcallError('usage', 'content is verified on disk before anybody gets it: say -o FILE instead of -o -');
  }
  const file = resolve(cwd, output);
  const inside = relative(file, cwd);
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return file;
  throw new RollcallError(
    'usage',
    `"${output}" is the folder that you are in, or around it: give the name of a file, or a folder with --downloads`,
  );
}

async function fetch(
  context: Context,
  visitor: Visitor,
  { choice, first }: Chosen,
  options: Omit<DownloadOptions, 'onProgress'>,
): Promise<Saved> {
  const { terminal, clock } = context;
  terminal.say(`Downloading resource '${first.name}' from ${first.user} (${first.address}:${first.port})`);
  using bar = openProgress(terminal, first.name, clock);
  let toldAt = Number.NEGATIVE_INFINITY;
  return await visitor.download(choice, first, {
    ...options,
    onProgress({ bytes, size }) {
      bar.update(bytes, size);
      if (!terminal.json || clock.now() - toldAt < progressEveryMs) return;
      toldAt = clock.now();
      terminal.record({ event: 'progress', bytes, size });
    },
  });
}

/** The path is data, for a pipe; a person has it in the message. */
function tell({ terminal, cwd }: Context, name: string, saved: Saved): void {
  for (const line of savedLines(name, saved, cwd)) terminal.say(line);
  if (terminal.quiet || !terminal.stdout.isTTY) terminal.print(saved.path);
}
