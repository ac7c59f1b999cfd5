import { RollcallError } from '../../../base/errors.ts';
import { type ContentId, shortId } from '../../../base/ids.ts';
import type { Choice } from '../../../base/roll.ts';
import { sizeText } from '../../../base/sizeText.ts';
import { maxChoicesShown } from './limits.ts';
import { timeText } from './text.ts';

/** A choice as `--json` tells it. */
export interface ChoiceRecord {
  id: ContentId;
  size: number;
  kind: string;
  description: string;
  /** When the newest copy last changed, milliseconds since 1970. */
  modified: number;
  owners: { user: string; address: string; port: number }[];
}

/** Several contents go by one name, and nobody said which. */
export class AmbiguousError extends RollcallError {
  readonly choices: ChoiceRecord[];
  /** The choices for a person, a line each. */
  readonly lines: string[];

  constructor(message: string, choices: readonly Choice[]) {
    super('ambiguous', message);
    this.choices = choices.slice(0, maxChoicesShown).map(choiceRecord);
    this.lines = choices.slice(0, maxChoicesShown).map((choice) => `  ${choiceText(choice)}`);
    if (choices.length > maxChoicesShown) this.lines.push(`  … and ${choices.length - maxChoicesShown} more`);
  }
}

const newest = ({ owners }: Choice): number => owners.reduce((latest, { modified }) => Math.max(latest, modified), 0);

function choiceRecord(choice: Choice): ChoiceRecord {
  const { id, size, kind, description, owners } = choice;
  const where = owners.map(({ user, address, port }) => ({ user, address, port }));
  return { id, size, kind, description, modified: newest(choice), owners: where };
}

/** A choice in a line: `3f2a9c01  12 kB  2026-05-01 14:03  Bob, Sally  (description)`. */
export function choiceText(choice: Choice): string {
  const { id, size, kind, description, owners } = choice;
  const users = [...new Set(owners.map(({ user }) => user))].join(', ');
  const parts = [shortId(id), sizeText(size), ...(kind === 'folder' ? [kind] : []), timeText(newest(choice)), users];
  return parts.join('  ') + (description === '' ? '' : `  (${description})`);
}
