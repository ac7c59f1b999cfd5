/** Finding a tracker on the LAN by multicast DNS and DNS-SD (RFC 6762, RFC 6763). */
export { type Announcing, announce } from './announce.ts';
export { type BrowseOptions, browse } from './browse.ts';
export type { FoundTracker } from './found.ts';
