import { generateKeyPairSync, hash, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprintOf, publicKeyOf } from '../../../src/net/identity/certificate.ts';
import { type Identity, loadIdentity } from '../../../src/net/identity/identity.ts';
import { identityOf } from '../../support/identities.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-identity-'));
});
afterEach(() => rm(folder, { recursive: true }));

const place = (name: string): string => join(folder, name);

describe('the first start', () => {
  it('makes a P-256 key and a certificate of it that does not run out', async () => {
    const { key, certificate, fingerprint } = await loadIdentity(folder);
    const parsed = new X509Certificate(certificate);
    expect(key).toContain('BEGIN PRIVATE KEY');
    expect(parsed.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    expect(new Date(parsed.validFrom).getUTCFullYear()).toBe(2020);
    expect(new Date(parsed.validTo).getUTCFullYear()).toBe(9999);
    expect(parsed.ca).toBe(false);
    expect(parsed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    expect(fingerprint).toBe(parsed.fingerprint256.replaceAll(':', '').toLowerCase());
  });

  it('leaves two files that only their owner may read, and nothing else', async () => {
    const home = place('new/home');
    await loadIdentity(home);
    expect((await readdir(home)).sort()).toEqual(['certificate.pem', 'key.pem']);
    if (process.platform !== 'win32') {
      const modes = await Promise.all(['.', 'key.pem', 'certificate.pem'].map((name) => stat(join(home, name))));
      expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o600, 0o600]);
    }
  });

  it('gives everybody who starts at once the same identity', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => loadIdentity(folder)));
    expect(new Set(all.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(new Set(all.map(({ key }) => key)).size).toBe(1);
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('makes somebody new in every folder', async () => {
    expect((await identityOf('alice')).fingerprint).not.toBe((await identityOf('bob')).fingerprint);
  });

  it('says what to do where the folder cannot be made', async () => {
    await writeFile(place('file'), '');
    await expect(loadIdentity(place('file/home'))).rejects.toMatchObject({ code: 'usage', message: /cannot be made/ });
  });
});

/** Does not wait for another process to finish what it does not do. */
const loadAtOnce = (home: string): Promise<Identity> => loadIdentity(home, { pause: async () => {} });

describe('a later start', () => {
  it('finds the same identity', async () => {
    const first = await loadIdentity(folder);
    expect(await loadIdentity(folder)).toEqual(first);
  });

  it.each(['key.pem', 'certificate.pem'])('refuses a folder without %s, and makes nothing', async (name) => {
    await loadIdentity(folder);
    await rm(place(name));
    await expect(loadAtOnce(folder)).rejects.toMatchObject({
      code: 'usage',
      message: new RegExp(`${name} is missing`),
    });
    expect(await readdir(folder)).toHaveLength(1);
  });

  it.each(['key.pem', 'certificate.pem'])('refuses a damaged %s, and leaves it as it is', async (name) => {
    await loadIdentity(folder);
    const half = (await readFile(place(name), 'utf8')).slice(0, 90);
    await writeFile(place(name), half);
    await expect(loadAtOnce(folder)).rejects.toMatchObject({ code: 'usage', message: /damaged/ });
    expect(await readFile(place(name), 'utf8')).toBe(half);
  });

  it('refuses a key that another certificate belongs to', async () => {
    await loadIdentity(folder);
    await writeFile(place('key.pem'), (await identityOf('alice')).key);
    await expect(loadAtOnce(folder)).rejects.toMatchObject({ code: 'usage', message: /do not belong together/ });
  });

  it('refuses a key that is not on P-256, since tickets are signed with ES256', async () => {
    await loadIdentity(folder);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
    await writeFile(place('key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await expect(loadAtOnce(folder)).rejects.toMatchObject({ code: 'usage', message: /not a P-256 key/ });
  });

  it('refuses a key that cannot be read', async () => {
    await loadIdentity(folder);
    await rm(place('key.pem'));
    await mkdir(place('key.pem'));
    await expect(loadAtOnce(folder)).rejects.toMatchObject({ code: 'usage', message: /key\.pem cannot be read/ });
  });

  it('waits for another start that has written one of the two files so far', async () => {
    const { certificate, fingerprint } = await loadIdentity(folder);
    await rm(place('certificate.pem'));
    const loading = loadIdentity(folder);
    await writeFile(place('certificate.pem'), certificate);
    expect((await loading).fingerprint).toBe(fingerprint);
  });
});

describe('a certificate', () => {
  it('has the SHA-256 of its DER as its fingerprint, whether it comes as PEM or as DER', async () => {
    const { certificate, fingerprint } = await identityOf('alice');
    const der = new X509Certificate(certificate).raw;
    expect(fingerprint).toBe(hash('sha256', der));
    expect([fingerprintOf(certificate), fingerprintOf(der)]).toEqual([fingerprint, fingerprint]);
  });

  it('gives its public key as SPKI', async () => {
    const { certificate } = await identityOf('alice');
    const spki = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
    expect(Buffer.from(publicKeyOf(certificate)).equals(spki)).toBe(true);
  });
});
