import { createHash, randomFillSync } from 'node:crypto';
import { closeSync, createReadStream, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MiB } from '../../src/base/sizes.ts';

/** A folder in memory where there is such a file system, so that no disk is measured. It goes with this process at the latest. */
export function scratch(): { path: string } & Disposable {
  const path = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rollcall-bench-'));
  const remove = (): void => {
    process.off('exit', remove);
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  };
  process.on('exit', remove);
  return { path, [Symbol.dispose]: remove };
}

/** Writes a file of `size` random bytes. Returns its SHA-256. */
export function makeFile(path: string, size: number): string {
  const file = openSync(path, 'w');
  const hash = createHash('sha256');
  for (let left = size; left > 0; left -= MiB) {
    const block = randomFillSync(Buffer.alloc(Math.min(left, MiB)));
    hash.update(block);
    writeSync(file, block);
  }
  closeSync(file);
  return hash.digest('hex');
}

/** @throws where a file has not that SHA-256 */
export async function mustHave(path: string, digest: string): Promise<void> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path, { highWaterMark: MiB })) hash.update(part as Buffer);
  if (hash.digest('hex') !== digest) throw new Error(`${path} is not what was shared`);
}
