import { shortId } from '../../../base/ids.ts';
import { sizeText } from '../../../base/sizeText.ts';
import type { AmbiguousError, ChoiceRecord } from '../../choosing/ambiguous.ts';
import { timeText } from './text.ts';

/** A choice in a line: `3f2a9c01  12 kB  2026-05-01 14:03  Bob, Sally  (description)`; `unverified  ?` where nobody can say. */
export function choiceText({ id, size, kind, description, modified, owners }: ChoiceRecord): string {
  const users = [...new Set(owners.map(({ user }) => user))].join(', ');
  const what = id === null ? 'unverified' : shortId(id);
  const much = size === null ? '?' : sizeText(size);
  const parts = [what, much, ...(kind === 'folder' ? [kind] : []), timeText(modified), users];
  return parts.join('  ') + (description === '' ? '' : `  (${description})`);
}

/** All that an error names, a line each. */
export const choiceLines = ({ choices, more }: Pick<AmbiguousError, 'choices' | 'more'>): string[] => [
  ...choices.map((choice) => `  ${choiceText(choice)}`),
  ...(more > 0 ? [`  … and ${more} more`] : []),
];
