import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import { userName } from '../../../base/names.ts';
import type { Announcement } from '../../../base/roll.ts';
import { unsafeCharacter } from '../../../base/safeText.ts';
import type { Visitor } from '../../app.ts';
import { untilAborted } from '../cli/abort.ts';
import { completionMs, maxCompletions } from './limits.ts';
import type { Complete } from './typed.ts';
import type { WordKind } from './verb.ts';
import { leaving, verbOf, verbs } from './verbs.ts';
import { quote, splitWords, type Word } from './words.ts';

export interface CompletionParts {
  asker(): Promise<Visitor>;
  /** What we announce. */
  own(): readonly Announcement[];
  cwd: string;
  clock: Clock;
}

/** Completes verbs, files of this machine, and what is on the roll, if the tracker answers while a person waits. */
export function openCompleter(parts: CompletionParts): Complete {
  return async (line) => {
    const { before, tail, word } = cutLast(line);
    const [verb, ...words] = before;
    // Nobody wants to read an error at the Tab key: then there are no names.
    const found = verb === undefined ? verbsFor(word) : await namesFor(parts, verb.text, words, word).catch(() => []);
    const fitting = [...new Set(found)].filter((name) => name.startsWith(word) && isTypable(name));
    const shown = fitting.slice(0, maxCompletions).map((name) => (tail.startsWith('"') ? `"${name}"` : quote(name)));
    const [only] = shown;
    if (shown.length === 1 && only !== undefined && !only.endsWith('/')) return [[`${only} `], tail];
    return [shown, tail];
  };
}

interface Typed {
  before: readonly Word[];
  /** The last word as typed, with the quote that it may begin with. */
  tail: string;
  word: string;
}

/** Parts what is being typed from the words before it. */
function cutLast(line: string): Typed {
  const [head = ''] = /^(?:\s*(?:"[^"]*"|[^\s"]\S*)(?=\s))*\s*/.exec(line) ?? [];
  const tail = line.slice(head.length);
  return { before: splitWords(head) ?? [], tail, word: tail.replace(/^"/, '') };
}

/** What can be typed again: a quote within a name would end it, and the unsafe could move the cursor. */
const isTypable = (name: string): boolean => !name.includes('"') && !unsafeCharacter.test(name);

/** In the case that was begun in. */
function verbsFor(word: string): string[] {
  const names = [...verbs.map(({ name }) => name), ...leaving, 'help'];
  if (word === '') return names;
  const isSmall = word === word.toLowerCase();
  return names.map((name) => (isSmall ? name.toLowerCase() : name.toUpperCase()));
}

async function namesFor(
  parts: CompletionParts,
  typed: string,
  words: readonly Word[],
  word: string,
): Promise<string[]> {
  const kind = verbOf(typed, words)?.completes[words.length];
  if (kind === undefined) return [];
  if (kind === 'own') return parts.own().map(({ name }) => name);
  if (kind === 'file') return await filesFor(parts.cwd, word);
  const late = new AbortController();
  using _timer = parts.clock.after(completionMs, () => late.abort());
  return await untilAborted(late.signal, onRoll(parts, kind, words, word, late.signal));
}

/** Entries of the folder that a path begins with. */
async function filesFor(cwd: string, word: string): Promise<string[]> {
  const folder = word.slice(0, word.lastIndexOf('/') + 1);
  const entries = await readdir(resolve(cwd, folder), { withFileTypes: true });
  const hidden = word.slice(folder.length).startsWith('.');
  return entries
    .filter(({ name }) => hidden || !name.startsWith('.'))
    .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .sort();
}

async function onRoll(
  { asker }: CompletionParts,
  kind: Extract<WordKind, 'user' | 'name'>,
  [first]: readonly Word[],
  word: string,
  signal: AbortSignal,
): Promise<string[]> {
  const visitor = await asker();
  const names = new Set<string>();
  const rows =
    kind === 'user'
      ? visitor.users()
      : visitor.find(
          first === undefined ? { pattern: word === '' ? undefined : word } : { owner: userName(first.text) },
        );
  for await (const row of rows) {
    names.add('user' in row ? row.user : row.name);
    if (signal.aborted || names.size >= maxCompletions) break;
  }
  return [...names];
}
