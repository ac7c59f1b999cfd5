import { RollcallError } from '../../base/errors.ts';
import { safeText } from '../../base/safeText.ts';
import { repeatedCharacters } from './limits.ts';

/** What an operator can ask: the verb, what stands after it, and what it does. */
export const verbs = {
  discover: { takes: '<user>', does: 'what a user shares with everybody' },
  ping: { takes: '<user>', does: 'ask a user for a sign of life, on each channel' },
  list: { takes: '', does: 'who is here' },
  files: { takes: '', does: 'what is shared with everybody, and by whom' },
  kick: { takes: '<user>', does: "end a user's sessions; who starts the program anew may come back" },
  help: { takes: '', does: 'this list' },
  quit: { takes: '', does: 'end the tracker' },
} as const;

type Verb = keyof typeof verbs;
type VerbOf<Takes> = { [V in Verb]: (typeof verbs)[V]['takes'] extends Takes ? V : never }[Verb];

export type Request = { verb: VerbOf<'<user>'>; user: string } | { verb: VerbOf<''> };

const isVerb = (word: string): word is Verb => Object.hasOwn(verbs, word);
const takesUser = (verb: Verb): verb is VerbOf<'<user>'> => verbs[verb].takes !== '';

/** What a line asks for, in whatever case its verb is; nothing for an empty one. @throws RollcallError `usage` */
export function readRequest(line: string): Request | undefined {
  const [, word = '', rest = ''] = /^\s*(\S*)\s*(.*?)\s*$/su.exec(line) ?? [];
  const verb = word.toLowerCase();
  if (verb === '') return undefined;
  if (!isVerb(verb)) {
    const repeated = safeText(word.slice(0, repeatedCharacters));
    throw new RollcallError('usage', `There is no command "${repeated}": type help for those that there are.`);
  }
  if (takesUser(verb)) {
    if (rest !== '') return { verb, user: rest };
    throw new RollcallError('usage', `Whom? Type ${verb} <user>.`);
  }
  if (rest === '') return { verb };
  throw new RollcallError('usage', `Type ${verb} alone: it takes nothing after it.`);
}
