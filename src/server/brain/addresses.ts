import { isLoopback } from '../../base/loopback.ts';
import type { PeerAddress } from '../../base/roll.ts';

/**
 * A peer's address as others can use it: one that the tracker sees on loopback is on the tracker's own machine, whose
 * address is `local` for whoever reached the tracker there.
 */
export const shownAddress = (address: string, local: string): string =>
  isLoopback(address) && !isLoopback(local) ? local : address;

/** Where others are told that a peer serves. */
export const shownAt = (at: PeerAddress, local: string): PeerAddress => ({
  address: shownAddress(at.address, local),
  port: at.port,
});
