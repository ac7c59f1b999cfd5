import { accountVerbs } from './accounts.ts';
import { contentVerbs } from './contents.ts';
import { getFile } from './getFile.ts';
import { hostnameVerbs } from './hostname.ts';
import { listVerbs } from './lists.ts';
import type { Verb } from './verb.ts';
import { versionedVerbs } from './versioned.ts';
import type { Word } from './words.ts';

/** Each system's verbs. */
export const systems: readonly (readonly Verb[])[] = [
  [...accountVerbs, ...contentVerbs, ...listVerbs, getFile],
  versionedVerbs,
  hostnameVerbs,
];

export const verbs: readonly Verb[] = systems.flat();

/** Which of them leave the shell. */
export const leaving: readonly string[] = ['EXIT', 'QUIT'];

/**
 * The verb that is meant, in either case. `publish` is the one that two systems have: in small letters with exactly two
 * words, the second not in quotes, it is a local file and the name to share it under; else a file and its description.
 */
export function verbOf(typed: string, words: readonly Word[]): Verb | undefined {
  const name = typed.toUpperCase();
  const meant = verbs.filter((verb) => verb.name.toUpperCase() === name);
  return meant.find((verb) => verb.claims?.(typed, words)) ?? meant.find((verb) => verb.claims === undefined);
}

export const usageOf = ({ name, usage }: Verb): string => `${name} ${usage}`.trimEnd();

/** What `help` prints. */
export function helpLines(): string[] {
  const widest = Math.max(...verbs.map((verb) => usageOf(verb).length));
  const line = (usage: string, about: string): string => `  ${usage.padEnd(widest)}  ${about}`;
  return [
    ...systems.flatMap((own) => [...own.map((verb) => line(usageOf(verb), verb.about)), '']),
    line('help', 'print this'),
    line('EXIT, QUIT', 'leave; so do Ctrl-D and Ctrl-C twice'),
    '',
    'Verbs may be typed in small letters. A name with spaces goes in double quotes.',
    'publish in small letters with exactly two words, the second not in quotes, is <local> <shared>;',
    'else what follows the file is its description.',
  ];
}
