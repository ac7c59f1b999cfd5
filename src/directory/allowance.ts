import { RollcallError } from '../base/errors.ts';
import type { Announced } from '../base/roll.ts';
import type { DirectoryLimits } from './limits.ts';
import type { Rows } from './rows.ts';
import type { Seat } from './seats.ts';

/** What counts against `maxSessionCharacters`. */
export function charactersOf(announced: Announced): number {
  const { name, description, to = [] } = announced;
  const spelling = announced.id === null ? (announced.spelling ?? '') : '';
  return to.reduce((sum, user) => sum + user.length, name.length + description.length + spelling.length);
}

/**
 * Weighs what a session announces, and what that replaces, against the limits.
 * @throws RollcallError `limit` that names the one it is beyond
 */
export function refuseTooMuch(
  limits: DirectoryLimits,
  seat: Seat,
  rows: Rows,
  announced: Iterable<Announced>,
  replaced: readonly number[],
): void {
  let more = -replaced.length;
  let characters = seat.characters;
  for (const row of replaced) characters -= charactersOf(rows.listing(row));
  for (const resource of announced) {
    more += 1;
    characters += charactersOf(resource);
  }
  const refuse = (what: string, value: number, limit: number, instead: string): void => {
    if (value <= limit) return;
    const message = `${what} would be ${value}, and ${limit} is the most: ${instead}`;
    throw new RollcallError('limit', message);
  };
  const { user } = seat.peer;
  const fewer = 'share folders in place of their files, or withdraw some first';
  refuse(`the resources of "${user}"`, seat.resources + more, limits.maxSessionResources, fewer);
  refuse(
    `the characters in what "${user}" shares`,
    characters,
    limits.maxSessionCharacters,
    'describe it in fewer words',
  );
  refuse('the resources on this tracker', rows.count + more, limits.maxResources, 'try again when others have left');
}
