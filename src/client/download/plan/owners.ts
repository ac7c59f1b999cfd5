import { addressText } from '../../../base/address.ts';
import type { Owner, PartialOwner } from '../../../base/roll.ts';
import type { OwnerKey } from './swarm.ts';

/** Somebody whom bytes may come from. */
export type AnyOwner = Owner | PartialOwner;

/** An owner with what the roll says it has of the content. */
export interface Listed {
  owner: AnyOwner;
  is: 'whole' | 'partial';
}

export const ownerKey = ({ fingerprint, address, port }: AnyOwner): OwnerKey => `${fingerprint} ${address} ${port}`;

const place = ({ address, port }: AnyOwner): string => addressText(address, port);

/** What an owner is called: its user, or where it is. */
export const ownerName = (owner: AnyOwner): string => ('user' in owner ? owner.user : place(owner));

/** An owner in a sentence: Bob at 192.168.1.200:55211. */
export const showOwner = (owner: AnyOwner): string =>
  'user' in owner ? `${owner.user} at ${place(owner)}` : place(owner);
