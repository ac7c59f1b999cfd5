import { shortId } from '../../../base/ids.ts';
import type { Choice, Owner, ResourceRow, UnverifiedChoice, UnverifiedOwner } from '../../../base/roll.ts';
import { sizeText } from '../../../base/sizeText.ts';
import { timeText } from '../cli/text.ts';

/** The texts of the menu, as people know them from the programs that came before. */

export const menuLines: readonly string[] = [
  '--- MENU ---',
  '1. Announce a resource',
  '2. Query available resources',
  '3. Query active users',
  '4. Download a resource',
  '5. Exit',
];

export const questions = {
  folder: 'Enter the path to the sharing folder: ',
  user: 'Enter your user name: ',
  option: 'Select an option: ',
  announce: 'Enter resource name: ',
  download: 'Enter the name of the resource to download: ',
} as const;

export const invalidChoice = 'Invalid choice. Please try again.';

export const resourceText = ({ name, owner, address, port }: ResourceRow): string =>
  `${name} (Owner: ${owner}, IP: ${address}, TCP Port: ${port})`;

/** A content at one of its owners, or a file that nobody can verify. */
export type Offer = { choice: Choice; owner: Owner } | UnverifiedOffer;

export interface UnverifiedOffer {
  choice: UnverifiedChoice;
  owner: UnverifiedOwner;
}

export const isUnverified = (offer: Offer): offer is UnverifiedOffer => offer.choice.id === null;

/**
 * One line for each owner: the classic text, then what tells the contents apart. Whoever has the same content as an
 * owner above is said to.
 */
export function offerLines(offers: readonly Offer[]): string[] {
  return offers.map(({ choice: { id, size, kind }, owner }, at) => {
    const what =
      id === null ? ['unverified'] : [sizeText(size), ...(kind === 'folder' ? [kind] : []), `id ${shortId(id)}`];
    const facts = [...what, timeText(owner.modified)];
    const twin = offers.findIndex(({ choice }) => choice.id === id);
    if (id !== null && twin < at) facts.push(`identical to ${twin + 1}`);
    if (owner.state === 'suspect') facts.push('silent for a while');
    return `${at + 1}. ${owner.user} ${owner.address} ${owner.port} (${facts.join(', ')})`;
  });
}
