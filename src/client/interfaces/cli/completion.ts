import { type ArgumentHandler, type OptionHandler, RootCommand, script } from '@bomb.sh/tab';
import type { Command } from 'commander';
import { RollcallError } from '../../../base/errors.ts';
import { type Context, visit } from './context.ts';
import { completionMs, maxCompletions } from './limits.ts';
import type { Terminal } from './terminal.ts';

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** Commands whose arguments are paths, and flags whose values are: the shell completes those itself. */
const pathCommands = ['share', 'hash'];
const pathFlags = ['--home', '--data', '--log', '--output', '-o', '--downloads', '--share', '--metalink'];

/** Commands whose argument is a resource's name. */
const nameCommands = ['get', 'link'];

const ownerFlags = ['--from', '--owner'];

/** What of the roll completes a word. */
type Wanted = 'owner' | 'name';

/** What the shells read as `complete as you would without me` (cobra's directives, which the scripts speak). */
const completeFiles = ':0';

/**
 * The script calls a helper of the package bash-completion, which not every machine has, and lets bash complete no
 * files: both are mended here.
 */
const bashPrelude = `if ! declare -F _get_comp_words_by_ref >/dev/null; then
  _get_comp_words_by_ref() { cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD; }
fi`;
const bashEpilogue = 'complete -o default -F __rollcall_complete rollcall';

/** @throws RollcallError `usage` for a shell that there is no script for */
export async function printScript({ terminal }: Context, shell: string): Promise<void> {
  const known = shells.find((name) => name === shell);
  if (known === undefined) {
    throw new RollcallError('usage', `there is no completion for "${shell}"; there is for ${shells.join(', ')}`);
  }
  if (known === 'bash') write(terminal, bashPrelude);
  for (const line of capture(() => script(known, 'rollcall', 'rollcall'))) write(terminal, line);
  if (known === 'bash') write(terminal, bashEpilogue);
}

/** With the tabs that the shells look for. What is from outside is `plain`, all else is ours. */
const write = ({ stdout }: Terminal, line: string): void => void stdout.write(`${line}\n`);

/** Answers the scripts: `words` is the command line after the program's name, the last being completed. */
export async function complete(context: Context, program: Command, words: string[]): Promise<void> {
  const { terminal } = context;
  const word = words.at(-1) ?? '';
  const before = words.at(-2) ?? '';
  const command = words.slice(0, -1).find((one) => program.commands.some((known) => known.name() === one));
  const ofPath = pathFlags.includes(before) || (command !== undefined && pathCommands.includes(command));
  if (ofPath && !word.startsWith('-')) return terminal.print(completeFiles);
  const wanted = ownerFlags.includes(before)
    ? 'owner'
    : nameCommands.includes(command ?? '') && !before.startsWith('-')
      ? 'name'
      : undefined;
  const names = wanted === undefined || word.startsWith('-') ? [] : await rollNames(context, wanted, word);
  const root = offers(program, wanted, names);
  for (const line of capture(() => root.parse(words))) write(terminal, line);
}

/** The program's commands and flags for tab to choose from, the flags of all commands with each. */
function offers(program: Command, wanted: Wanted | undefined, names: readonly string[]): RootCommand {
  const offerNames: OptionHandler & ArgumentHandler = (offer) => {
    for (const name of names) offer(name, '');
  };
  const root = new RootCommand();
  const help = program.createHelp();
  for (const command of help.visibleCommands(program)) {
    const offered = root.command(command.name(), command.description());
    for (const { long, short, description, flags, required, optional } of [...command.options, ...program.options]) {
      const values = wanted === 'owner' && ownerFlags.includes(long ?? '') ? offerNames : () => {};
      const name = long?.slice(2) ?? flags;
      if (required || optional) offered.option(name, description, values, short?.slice(1));
      else offered.option(name, description);
    }
    if (wanted === 'name' && nameCommands.includes(command.name())) offered.argument('name', offerNames);
  }
  return root;
}

/**
 * Names that need no quoting in any shell. The scripts put what they get on the command line unquoted, bash even
 * expands it before: a resource named `$(rm -rf ~)` must never get there.
 */
const plain = /^[\p{L}\p{N}_][\p{L}\p{N}._@%+-]*$/u;

/** Resource names or owners from the tracker, if one is set, since to look for it takes too long, and answers while a person waits at the Tab key. */
async function rollNames(context: Context, wanted: Wanted, word: string): Promise<string[]> {
  const names = new Set<string>();
  if (context.settings.server === undefined) return [];
  const signal = AbortSignal.any([context.ending.signal, AbortSignal.timeout(completionMs)]);
  const quiet = { ...context, ending: { ...context.ending, signal }, terminal: { ...context.terminal, say() {} } };
  try {
    await using visitor = await visit(quiet);
    for await (const row of visitor.find({ pattern: wanted === 'name' && word !== '' ? word : undefined })) {
      const name = wanted === 'name' ? row.name : row.owner;
      if (plain.test(name)) names.add(name);
      if (signal.aborted || names.size >= maxCompletions) break;
    }
  } catch {
    // Nobody wants to read an error at the Tab key: without a tracker there are no names.
  }
  return [...names];
}

/** What `act` prints: tab writes to the console alone. */
function capture(act: () => void): string[] {
  const lines: string[] = [];
  const { log } = console;
  console.log = (text: string) => void lines.push(...text.split('\n'));
  try {
    act();
  } finally {
    console.log = log;
  }
  return lines;
}
