import { RollcallError } from '../../base/errors.ts';
import type { ContentId } from '../../base/ids.ts';
import type { Choice, PeerAddress, ResourceKind, UnverifiedChoice } from '../../base/roll.ts';
import { maxChoicesNamed } from './limits.ts';

/** A content, or a file that nobody can verify. */
export type AnyChoice = Choice | UnverifiedChoice;

/** A choice as it is told to a person or a program, without what it takes to fetch it. */
export interface ChoiceRecord {
  /** Nothing of a file that nobody can verify, as of its size. */
  id: ContentId | null;
  size: number | null;
  kind: ResourceKind;
  description: string;
  /** When the newest copy last changed, milliseconds since 1970. */
  modified: number;
  owners: (PeerAddress & { user: string })[];
}

/** Several contents go by one name, and nobody said which. */
export class AmbiguousError extends RollcallError {
  /** The first of them, as many as somebody would read. */
  readonly choices: ChoiceRecord[];
  /** How many there are beyond. */
  readonly more: number;

  constructor(message: string, choices: readonly AnyChoice[]) {
    super('ambiguous', message);
    this.choices = choices.slice(0, maxChoicesNamed).map(choiceRecord);
    this.more = choices.length - this.choices.length;
  }
}

export function choiceRecord({ id, size, kind, description, owners }: AnyChoice): ChoiceRecord {
  const where = owners.map(({ user, address, port }) => ({ user, address, port }));
  const newest = Math.max(0, ...owners.map(({ modified }) => modified));
  return { id, size, kind, description, modified: newest, owners: where };
}
