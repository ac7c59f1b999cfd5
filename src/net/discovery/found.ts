import type { Fingerprint } from '../../base/ids.ts';

/** A tracker that somebody on this network says there is. Nothing of it is proven. */
export interface FoundTracker {
  /** As a person may read it, fit for a terminal. */
  name: string;
  /** An address of a network that this machine is on. */
  host: string;
  port: number;
  /** The key that it is said to have; which one it has is seen on connecting. */
  fingerprint: Fingerprint;
}
