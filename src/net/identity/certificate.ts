import { X509Certificate } from 'node:crypto';
import { type Fingerprint, fingerprint } from '../../base/ids.ts';

/** SHA-256 of a certificate. Takes PEM or DER. @throws Error where it is no certificate */
export function fingerprintOf(certificate: string | Uint8Array): Fingerprint {
  return fingerprint(new X509Certificate(certificate).fingerprint256);
}

/** The public key in a certificate, SPKI in DER. Takes PEM or DER. @throws Error where it is no certificate */
export function publicKeyOf(certificate: string | Uint8Array): Uint8Array {
  return new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
}
