import type { Fingerprint } from '../../../base/ids.ts';
import { publicKeyOf } from '../../identity/certificate.ts';
import type { Identity } from '../../identity/identity.ts';
import type { Link } from '../transport.ts';
import { type End, MemoryStream } from './stream.ts';
import type { Wire } from './wire.ts';

/** An end of a link: a stream with whom it leads to. */
export class MemoryLink extends MemoryStream implements Link {
  readonly fingerprint: Fingerprint;
  readonly #other: Identity;

  constructor(wire: Wire, own: End, other: End & { identity: Identity }) {
    super(wire, own, other);
    this.fingerprint = other.identity.fingerprint;
    this.#other = other.identity;
  }

  get publicKey(): Uint8Array {
    return publicKeyOf(this.#other.certificate);
  }
}
