import type { TermsBody } from '../../api/bodies.ts';

/** The terms as they stand in the form. */
export interface TypedTerms {
  description: string;
  /** For named users only: those who were picked, and those who were typed, with commas between them. */
  named: boolean;
  to: readonly string[];
  others: string;
}

export const noTerms: TypedTerms = { description: '', named: false, to: [], others: '' };

/** What is asked of the API, or what is wrong: a share for named users has to name one, or everybody would see it. */
export function readTerms(typed: TypedTerms): { terms: TermsBody } | { wrong: Record<string, string> } {
  const others = typed.others.split(',').map((name) => name.trim());
  const to = [...new Set([...typed.to, ...others])].filter((name) => name !== '');
  const description = typed.description.trim();
  if (typed.named && to.length === 0) return { wrong: { to: 'Pick or name at least one user, or choose everybody.' } };
  return { terms: { ...(description === '' ? {} : { description }), ...(typed.named ? { to } : {}) } };
}
