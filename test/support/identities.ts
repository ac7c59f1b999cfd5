import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Identity, loadIdentity } from '../../src/net/identity/identity.ts';

const made = new Map<string, Promise<Identity>>();

/** A real identity, made once for each name: `await identityOf('alice')`. */
export function identityOf(name: string): Promise<Identity> {
  const known = made.get(name);
  if (known !== undefined) return known;
  const making = make();
  made.set(name, making);
  return making;
}

async function make(): Promise<Identity> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-identity-'));
  try {
    return await loadIdentity(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
