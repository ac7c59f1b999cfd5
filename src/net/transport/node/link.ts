import type { Clock } from '../../../base/clock.ts';
import type { Fingerprint } from '../../../base/ids.ts';
import type { Link } from '../transport.ts';
import { NodeStream } from './stream.ts';
import type { Dialled } from './tls.ts';

/** A link on a TLS socket that has been checked. */
export class NodeLink extends NodeStream implements Link {
  readonly fingerprint: Fingerprint;
  readonly publicKey: Uint8Array;

  constructor({ socket, fingerprint, publicKey }: Dialled, clock: Clock) {
    super(socket, clock);
    this.fingerprint = fingerprint;
    this.publicKey = publicKey;
  }
}
