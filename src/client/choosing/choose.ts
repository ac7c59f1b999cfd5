import { RollcallError } from '../../base/errors.ts';
import { collisionKey, type UserName } from '../../base/names.ts';
import type { Choice, Owner, UnverifiedChoice, UnverifiedOwner } from '../../base/roll.ts';
import type { Found } from '../contract.ts';
import { AmbiguousError, type AnyChoice, type ChoiceRecord, choiceRecord } from './ambiguous.ts';

/** What somebody asked for, and how they told it apart from others of its name. */
export interface Wanted {
  /** The name or the id, for messages. */
  what: string;
  from?: UserName | undefined;
  /** The first digits of a content id, or all of them. */
  id?: string | undefined;
}

/** One content, and the owner who is asked for it first; or a file that nobody can verify, at its only owner. */
export type Chosen = ChosenContent | ChosenUnverified;

export interface ChosenContent {
  choice: Choice;
  first: Owner;
}

export interface ChosenUnverified {
  choice: UnverifiedChoice;
  first: UnverifiedOwner;
}

export const isUnverified = (chosen: Chosen): chosen is ChosenUnverified => chosen.choice.id === null;

/** Asks a person for one of `choices`; gives its place. Missing where nobody can be asked. */
export type Ask = (question: string, choices: readonly ChoiceRecord[]) => Promise<number>;

/** How to say which one is meant, in words of the face that was asked. */
export interface Ways {
  from: string;
  id: string;
}

const anyWays: Ways = { from: "its owner's name", id: 'its content id' };

/**
 * Settles on one thing. Owners of identical content are one choice, and nobody is asked about them; a file that nobody can
 * verify may be another than all others of its name.
 * @throws RollcallError `not-found` that says who has it; AmbiguousError where several are left and nobody can be asked
 */
export async function choose(found: Found, wanted: Wanted, ask?: Ask, ways: Ways = anyWays): Promise<Chosen> {
  const choices: AnyChoice[] = [...found.choices, ...found.unverified];
  const left = choices.filter((choice) => fits(choice, wanted));
  const [only] = left;
  if (only === undefined) throw new RollcallError('not-found', nobodyHas(choices, wanted));
  if (left.length === 1) return firstOwner(only, wanted);
  const who = wanted.from === undefined ? '' : ` at ${wanted.from}`;
  const are = left.some(({ id }) => id === null) ? 'may be' : 'is';
  const question = `'${wanted.what}' ${are} ${left.length} different things${who}`;
  if (ask === undefined) {
    const good = [
      ...(wanted.from === undefined ? [ways.from] : []),
      ...(left.some(({ id }) => id !== null) ? [ways.id] : []),
    ];
    throw new AmbiguousError(`${question}: say which with ${good.join(' or ')}`, left);
  }
  const picked = left[await ask(`${question}. Which one?`, left.map(choiceRecord))];
  if (picked === undefined) throw new RollcallError('fault', 'the answer was none of the choices');
  return firstOwner(picked, wanted);
}

function fits({ id, owners }: AnyChoice, wanted: Wanted): boolean {
  if (wanted.id !== undefined && !id?.startsWith(wanted.id)) return false;
  return owners.some(({ user }) => isFrom(user, wanted));
}

/** Names that fall together are one account. */
const isFrom = (user: string, { from }: Wanted): boolean =>
  from === undefined || collisionKey(user) === collisionKey(from);

function firstOwner(choice: AnyChoice, wanted: Wanted): Chosen {
  if (choice.id === null) return { choice, first: choice.owners[0] };
  const first = choice.owners.find(({ user }) => isFrom(user, wanted));
  if (first === undefined) throw new RollcallError('not-found', `nobody has '${wanted.what}' at the moment`);
  return { choice, first };
}

function nobodyHas(choices: readonly AnyChoice[], { what, from, id }: Wanted): string {
  const users = [...new Set(choices.flatMap(({ owners }) => owners.map(({ user }) => user)))].sort();
  if (users.length === 0) return `nobody shares '${what}'`;
  const who = from === undefined ? `nobody shares '${what}'` : `${from} does not share '${what}'`;
  const which = id === undefined ? '' : ` with the content ${id.slice(0, 16)}…`;
  return `${who}${which}; ${users.join(', ')} ${users.length === 1 ? 'has' : 'have'} ${id === undefined ? 'it' : 'other content of that name'}`;
}
