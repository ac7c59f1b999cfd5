import { RollcallError } from '../../base/errors.ts';
import type { Choice } from '../../base/roll.ts';
import { countedLinkClaims, type LinkClaims, linkClaims } from '../../net/wire/ticket.ts';
import type { LinkTerms } from '../contract.ts';

export interface ReadClaims extends LinkClaims {
  /** Missing where there is no end to it. */
  uses?: number | undefined;
}

/** What a link's ticket says, unchecked: it is for the owner to check it. @throws RollcallError `bad-message` */
export function claimsOf(ticket: string): ReadClaims {
  try {
    const [, payload = ''] = ticket.split('.');
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return countedLinkClaims.safeParse(claims).data ?? linkClaims.parse(claims);
  } catch (cause) {
    throw new RollcallError('bad-message', 'the tracker gave no ticket that can go into a link', { cause });
  }
}

/**
 * A tracker that is older than these terms leaves them out without a word.
 * @throws RollcallError `refused` where a ticket is good for more, or for less, than was asked
 */
export function checkTerms(choices: readonly Choice[], { uses, plain = false }: LinkTerms): void {
  if (uses === undefined && !plain) return;
  for (const { ticket } of choices.flatMap(({ owners }) => owners)) {
    const claims = claimsOf(ticket);
    if (claims.uses === uses && (claims.plain ?? false) === plain) continue;
    const what = claims.uses === uses ? 'for plain HTTP' : 'of so many downloads';
    throw new RollcallError('refused', `this tracker knows no links ${what}: it has to be updated, or go without`);
  }
}
