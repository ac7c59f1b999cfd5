import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RollcallError } from '../../../base/errors.ts';
import type { ContentLink } from '../../app.ts';
import { type Chosen, isUnverified } from '../../choosing/choose.ts';
import { linkSeconds, linkUses } from '../../links/terms.ts';
import { parseSaid } from '../../settings/settings.ts';
import { chooseAt } from './choose.ts';
import { type Context, visit } from './context.ts';
import { keyOf, plainly, record, tellPhone, termsText } from './linkText.ts';
import { readWanted, type WantedFlags } from './wanted.ts';

export interface LinkFlags extends WantedFlags {
  /** How long the ticket lives. */
  for?: string | undefined;
  /** How often it may be used. */
  uses?: string | undefined;
  /** Over plain HTTP. */
  plain?: boolean | undefined;
  /** For a phone. */
  qr?: boolean | undefined;
  /** A file, or true for stdout. */
  metalink?: string | boolean | undefined;
}

const usualLife = '1h';

/**
 * Without --fail curl would save a refusal as the file; a busy owner asks to be called again, which the retries do. The
 * owner's certificate is his own, so his key is named instead of an authority's.
 */
const curl = 'curl --fail --retry 9 -C -';
/**
 * Several connections to an address, since owners may share one; each piece is checked against the Metalink, whoever it
 * comes from. aria2c takes `busy` for a failure unless it is told to wait.
 */
const aria2c = 'aria2c --check-certificate=false -c -x 4 -k 1M -m 20 --retry-wait=2';

/** Prints where other programs get a file. */
export async function link(context: Context, flags: LinkFlags): Promise<void> {
  const { terminal, ending, cwd } = context;
  const life = flags.for ?? usualLife;
  const seconds = parseSaid('--for', life, linkSeconds);
  const uses = flags.uses === undefined ? undefined : parseSaid('--uses', flags.uses, linkUses);
  if (flags.metalink && flags.qr) throw new RollcallError('usage', '--metalink and --qr exclude each other');
  if (flags.metalink && uses !== undefined) {
    throw new RollcallError('usage', '--metalink and --uses exclude each other: each owner counts for himself');
  }
  if (flags.name === undefined && flags.id === undefined && typeof flags.metalink === 'string') {
    throw new RollcallError('usage', `"${flags.metalink}" is taken for the file of --metalink: say the name before it`);
  }
  const wanted = readWanted(flags);
  if (terminal.json && flags.metalink === true) {
    throw new RollcallError('usage', '--json and a Metalink on stdout exclude each other: say --metalink FILE');
  }
  await using visitor = await visit(context);
  const chosen = await chooseAt(
    await wanted.find(visitor, { seconds, uses, plain: flags.plain }),
    wanted,
    terminal,
    ending.signal,
  );
  if (isUnverified(chosen)) {
    const what = `'${chosen.first.name}' of ${chosen.first.user}`;
    throw new RollcallError('usage', `${what} is unverified, and its owner takes no links: use "rollcall get"`);
  }
  const { choice, first } = chosen;
  if (choice.kind === 'folder') {
    throw new RollcallError('usage', `'${first.name}' is a folder, and a link is for one file: use "rollcall get"`);
  }
  if (flags.qr) return tellPhone(terminal, first, await visitor.phoneLink(choice, first));
  if (!flags.metalink) return tell(context, chosen, await visitor.link(choice, first));
  const chunks = await visitor.metalink(choice, first);
  if (flags.metalink === true) return print(context, chunks);
  const path = resolve(cwd, flags.metalink);
  await save(path, chunks, ending.signal);
  if (terminal.json) terminal.record({ event: 'metalink', path, owners: choice.owners.map(({ user }) => user) });
  terminal.say(`Saved a Metalink of '${first.name}', good for ${life}, for whoever has it. Fetch the file with:`);
  terminal.say(`  ${aria2c} -M ${quoted(path)}`);
}

function tell({ terminal }: Context, { first }: Pick<Chosen, 'first'>, found: ContentLink): void {
  const { url, plain } = found;
  if (terminal.json) record(terminal, found);
  else terminal.print(url);
  if (plain) terminal.say(plainly);
  terminal.say(`${termsText(found)} Fetch the file with:`);
  // A script that keeps the address has no use for it in its log.
  const address = terminal.stdout.isTTY ? url : 'URL';
  const trust = plain ? '' : ` -k --pinnedpubkey '${keyOf(found)}'`;
  terminal.say(`  ${curl}${trust} -o ${quoted(asFile(first.name))} '${address}'`);
}

/** To curl `-` is stdout. */
const asFile = (name: string): string => (name.startsWith('-') ? `./${name}` : name);

/** As one word of a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

async function print({ terminal, ending }: Context, chunks: Iterable<string>): Promise<void> {
  const { stdout } = terminal;
  for (const chunk of chunks) {
    ending.signal.throwIfAborted();
    if (!stdout.write(chunk)) await once(stdout, 'drain', { signal: ending.signal });
  }
}

/** Never in the place of another file, and never half of it. @throws RollcallError `exists` */
async function save(path: string, chunks: Iterable<string>, signal: AbortSignal): Promise<void> {
  try {
    await pipeline(Readable.from(chunks), createWriteStream(path, { flags: 'wx' }), { signal });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new RollcallError('exists', `${path} exists: choose another name, or remove it`);
    await rm(path, { force: true });
    signal.throwIfAborted();
    throw new RollcallError(code === 'ENOSPC' ? 'no-space' : 'usage', `cannot write ${path}: ${message}`, { cause });
  }
}
