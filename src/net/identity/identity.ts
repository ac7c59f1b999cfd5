import type { Fingerprint } from '../../base/ids.ts';

/** A P-256 key with its self-signed certificate: who somebody is. */
export interface Identity {
  /** PKCS #8 in PEM. */
  readonly key: string;
  /** X.509 in PEM. */
  readonly certificate: string;
  readonly fingerprint: Fingerprint;
}
