import { KeyObject, webcrypto } from 'node:crypto';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Surely past, however wrong a machine's clock is: nobody here judges a certificate by its dates. */
const notBefore = new Date('2020-01-01T00:00:00Z');
/** "No well-defined expiration date" (RFC 5280, section 4.1.2.5). */
const notAfter = new Date('9999-12-31T23:59:59Z');

/**
 * Makes a P-256 key and a certificate that it signs itself, both in PEM. The libraries for it are loaded here, since
 * only a first start needs them.
 */
export async function makeCertificate(): Promise<{ key: string; certificate: string }> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=rollcall',
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
    ],
  });
  return {
    key: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: `${certificate.toString('pem')}\n`,
  };
}

/** 16 random bytes in hex, positive as RFC 5280, section 4.1.2.2, wants it: the first digit is 1 to 7. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x6f) | 0x10;
  return Buffer.from(bytes).toString('hex');
}
