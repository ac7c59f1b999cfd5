import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { RollcallError } from '../../base/errors.ts';
import type { Fingerprint } from '../../base/ids.ts';
import { fingerprintOf } from './certificate.ts';
import { makeCertificate } from './make.ts';
import { codeOf, publish } from './publish.ts';

/** A P-256 key with its self-signed certificate: who somebody is. */
export interface Identity {
  /** PKCS #8 in PEM. */
  readonly key: string;
  /** X.509 in PEM. */
  readonly certificate: string;
  readonly fingerprint: Fingerprint;
}

/** How often, and how many milliseconds apart, another process that is just making the identity is waited for. */
const patience = { tries: 20, pauseMs: 50 };

/**
 * The identity in a folder: `key.pem` and `certificate.pem`. Makes the folder (0700) and them (0600) at the first
 * start; two processes that start at once both get the same. Never replaces what is there.
 * @throws RollcallError `usage` where one of the two is missing, cannot be read, is broken, or does not fit the other
 */
export async function loadIdentity(
  folder: string,
  { pause = setTimeout }: { pause?: (ms: number) => Promise<void> } = {},
): Promise<Identity> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { key, certificate } = await read(folder);
    if (key === undefined && certificate === undefined) await create(folder);
  } catch (cause) {
    if (cause instanceof RollcallError) throw cause;
    throw unusable(folder, `it cannot be made: ${(cause as Error).message}`, cause);
  }
  return settled(folder, pause);
}

async function create(folder: string): Promise<void> {
  const { key, certificate } = await makeCertificate();
  const ours = await publish(join(folder, 'key.pem'), key);
  if (ours) await publish(join(folder, 'certificate.pem'), certificate);
}

async function settled(folder: string, pause: (ms: number) => Promise<void>): Promise<Identity> {
  for (let tried = 1; ; tried++) {
    try {
      return check(folder, await read(folder));
    } catch (error) {
      if (tried === patience.tries) throw error;
    }
    await pause(patience.pauseMs);
  }
}

type Found = { key: string | undefined; certificate: string | undefined };

async function read(folder: string): Promise<Found> {
  return { key: await readText(folder, 'key.pem'), certificate: await readText(folder, 'certificate.pem') };
}

async function readText(folder: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw unusable(folder, `${name} cannot be read: ${(cause as Error).message}`, cause);
  }
}

function check(folder: string, { key, certificate }: Found): Identity {
  if (key === undefined) throw unusable(folder, 'key.pem is missing');
  if (certificate === undefined) throw unusable(folder, 'certificate.pem is missing');
  let fits: boolean;
  let curve: string | undefined;
  try {
    const privateKey = createPrivateKey(key);
    curve = privateKey.asymmetricKeyDetails?.namedCurve;
    fits = new X509Certificate(certificate).checkPrivateKey(privateKey);
  } catch (cause) {
    throw unusable(folder, 'key.pem or certificate.pem is damaged', cause);
  }
  if (curve !== 'prime256v1') throw unusable(folder, 'key.pem is not a P-256 key');
  if (!fits) throw unusable(folder, 'key.pem and certificate.pem do not belong together');
  return { key, certificate, fingerprint: fingerprintOf(certificate) };
}

function unusable(folder: string, what: string, cause?: unknown): RollcallError {
  return new RollcallError(
    'usage',
    `the identity in ${folder} cannot be used: ${what}. Put key.pem and certificate.pem back from a copy; without one, ` +
      'remove both to start as somebody new, whom trackers do not know by the old name',
    { cause },
  );
}
