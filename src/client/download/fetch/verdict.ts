import { type ErrorCode, RollcallError } from '../../../base/errors.ts';
import { safeText } from '../../../base/safeText.ts';
import { sizeText } from '../../../base/sizeText.ts';
import type { OwnerFault } from '../plan/faults.ts';
import { type AnyOwner, showOwner } from '../plan/owners.ts';

/** How a download ended that did not come to its end. */
export interface Ending {
  code: ErrorCode;
  name: string;
  faults: readonly { owner: AnyOwner; fault: OwnerFault }[];
  /** Bytes that an earlier or this start has fetched, and bytes in all. */
  kept: { bytes: number; size: number };
  /** The reason, where nobody's failure is it. */
  why?: string | undefined;
}

/** Owners whose failures a message has room for. */
const mostNamed = 3;

/** What happened, why, and the one thing to do next. */
export function verdict(ending: Ending): RollcallError {
  const { what, next } = said(ending);
  return new RollcallError(ending.code, `${what} (${reasons(ending).join('; ')}). ${next}.`);
}

function said({ code, name: given, faults, kept, why }: Ending): { what: string; next: string } {
  const name = `'${safeText(given)}'`;
  switch (code) {
    case 'unfinished': {
      const [bytes, size] = [sizeText(kept.bytes), sizeText(kept.size)];
      return {
        what: `${name} could not be fetched to its end`,
        next: `${bytes} of ${size} are kept: a new try goes on from there`,
      };
    }
    case 'bad-content':
      return {
        what: `what the owners of ${name} send is not the content that was announced`,
        next: 'Ask them to share it anew',
      };
    case 'changed':
      return { what: `${name} was changed by its owners since it was announced`, next: 'Look for it again' };
    case 'refused':
      return { what: `every owner of ${name} refused the ticket`, next: 'Ask one of them to share it anew' };
    case 'not-found':
      return { what: `no owner has ${name} any more`, next: 'Look for it again later' };
    default: {
      const reached =
        why !== undefined || faults.some(({ fault: { kind } }) => kind !== 'unreachable' && kind !== 'cut');
      return {
        what: reached ? `nobody could give ${name}` : `no owner of ${name} can be reached`,
        next: 'Try again later',
      };
    }
  }
}

function reasons({ faults, why }: Ending): string[] {
  const all = why === undefined ? [] : [why];
  all.push(...faults.slice(0, mostNamed).map(({ owner, fault }) => `${showOwner(owner)}: ${fault.message}`));
  if (faults.length > mostNamed) all.push(`${faults.length - mostNamed} more`);
  return all.length === 0 ? ['nobody is listed with it any more'] : all;
}
