import { isAbsolute, relative, resolve, sep } from 'node:path';
import { RollcallError } from '../../../base/errors.ts';
import type { DownloadOptions, Guest, Saved, Visitor } from '../../app.ts';
import { type Chosen, isUnverified } from '../../choosing/choose.ts';
import { usualTarget } from '../../savedName.ts';
import { parseSaid } from '../../settings/settings.ts';
import { chooseAt } from './choose.ts';
import { type Context, visit } from './context.ts';
import { handingOnQuietMs, progressEveryMs } from './limits.ts';
import { openProgress } from './progress.ts';
import { savedLines, savedRecord } from './saved.ts';
import { withFlags } from './taken.ts';
import { openWaiting } from './waiting.ts';
import { readWanted, type WantedFlags } from './wanted.ts';

export interface GetFlags extends WantedFlags {
  output?: string | undefined;
  overwrite?: boolean | undefined;
  rename?: boolean | undefined;
}

/** Fetches one resource. It is saved before others are served what they still want of it. */
export async function get(context: Context, flags: GetFlags): Promise<void> {
  const { terminal, settings, ending, cwd } = context;
  if (flags.overwrite && flags.rename) throw new RollcallError('usage', '--overwrite and --rename exclude each other');
  const wanted = readWanted(flags);
  const file = flags.output === undefined ? undefined : parseSaid('-o', flags.output, (path) => target(cwd, path));
  const { seedForMs, peerPort } = settings;
  await using visitor = await visit(context, seedForMs === undefined ? undefined : { peerPort, forMs: seedForMs });
  const chosen = await chooseAt(await wanted.find(visitor), wanted, terminal, ending.signal);
  const ifExists = flags.overwrite ? 'overwrite' : flags.rename ? 'rename' : 'refuse';
  const path = file ?? usualTarget(settings.downloads, chosen.first);
  const saved = await fetch(context, visitor, chosen, { file, ifExists, signal: ending.signal }).catch((error) => {
    throw withFlags(error, { path, kind: chosen.choice.kind, ifExists });
  });
  if (terminal.json) terminal.record(savedRecord(saved, chosen.first.user));
  else tell(context, chosen.first.name, saved);
  await handOn(context, visitor);
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
  chosen: Chosen,
  options: Pick<DownloadOptions, 'file' | 'ifExists' | 'signal'>,
): Promise<Saved> {
  const { terminal, clock } = context;
  const { first } = chosen;
  terminal.say(`Downloading resource '${first.name}' from ${first.user} (${first.address}:${first.port})`);
  using bar = openProgress(terminal, first.name, clock);
  let toldAt = Number.NEGATIVE_INFINITY;
  const onWaiting = openWaiting((owner, place, line) => {
    if (terminal.json) terminal.record({ event: 'waiting', owner, place });
    else terminal.say(line);
  });
  const onProgress = ({ bytes, size }: { bytes: number; size: number | null }): void => {
    bar.update(bytes, size);
    if (!terminal.json || clock.now() - toldAt < progressEveryMs) return;
    toldAt = clock.now();
    terminal.record({ event: 'progress', bytes, size });
  };
  if (isUnverified(chosen)) return await visitor.downloadUnverified(chosen.choice, { ...options, onProgress });
  return await visitor.download(chosen.choice, chosen.first, { ...options, onWaiting, onProgress });
}

/** The path is data, for a pipe; a person has it in the message. */
function tell({ terminal, cwd }: Context, name: string, saved: Saved): void {
  for (const line of savedLines(name, saved, cwd)) terminal.say(line);
  if (terminal.quiet || !terminal.stdout.isTTY) terminal.print(saved.path);
}

/** Whoever stops this has the file, and gets no other exit status for it. */
async function handOn({ terminal, ending, clock }: Context, guest: Guest): Promise<void> {
  using _told = clock.after(handingOnQuietMs, () => {
    if (terminal.stderr.isTTY && !terminal.json) terminal.say('Handing it on to others; Ctrl-C ends it.');
  });
  try {
    await guest.seeded(ending.signal);
  } catch (error) {
    if (!ending.signal.aborted) throw error;
  }
}
