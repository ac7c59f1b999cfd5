import { RollcallError } from '../../../base/errors.ts';
import { type ContentId, shortId } from '../../../base/ids.ts';
import type { Choice, UnverifiedChoice } from '../../../base/roll.ts';
import { sizeText } from '../../../base/sizeText.ts';
import { maxChoicesShown } from './limits.ts';
import { timeText } from './text.ts';

/** A choice as `--json` tells it. */
export interface ChoiceRecord {
  /** Nothing of a file that nobody can verify, as of its size. */
  id: ContentId | null;
  size: number | null;
  kind: string;
  description: string;
  /** When the newest copy last changed, milliseconds since 1970. */
  modified: number;
  owners: { user: string; address: string; port: number }[];
}

/** A content, or a file that nobody can verify. */
export type AnyChoice = Choice | UnverifiedChoice;

/** Several contents go by one name, and nobody said which. */
export class AmbiguousError extends RollcallError {
  readonly choices: ChoiceRecord[];
  /** The choices for a person, a line each. */
  readonly lines: string[];

  constructor(message: string, choices: readonly AnyChoice[]) {
    super('ambiguous', message);
    this.choices = choices.slice(0, maxChoicesShown).map(choiceRecord);
    this.lines = choices.slice(0, maxChoicesShown).map((choice) => `  ${choiceText(choice)}`);
    if (choices.length > maxChoicesShown) this.lines.push(`  … and ${choices.length - maxChoicesShown} more`);
  }
}

const newest = ({ owners }: AnyChoice): number => Math.max(0, ...owners.map(({ modified }) => modified));

function choiceRecord(choice: AnyChoice): ChoiceRecord {
  const { id, size, kind, description, owners } = choice;
  const where = owners.map(({ user, address, port }) => ({ user, address, port }));
  return { id, size, kind, description, modified: newest(choice), owners: where };
}

/** A choice in a line: `3f2a9c01  12 kB  2026-05-01 14:03  Bob, Sally  (description)`; `unverified  ?` where nobody can say. */
export function choiceText(choice: AnyChoice): string {
  const { id, size, kind, description, owners } = choice;
  const users = [...new Set(owners.map(({ user }) => user))].join(', ');
  const what = id === null ? ['unverified', '?'] : [shortId(id), sizeText(size)];
  const parts = [...what, ...(kind === 'folder' ? [kind] : []), timeText(newest(choice)), users];
  return parts.join('  ') + (description === '' ? '' : `  (${description})`);
}
