import { systemClock } from '../base/clock.ts';
import { safeText } from '../base/safeText.ts';
import type { Hashed, HashOptions } from './contract.ts';
import { hasherPool } from './hashing/pool.ts';
import { hashCacheIn } from './home.ts';
import { readContent } from './sharing/content/content.ts';
import { HashCache } from './sharing/content/hashCache.ts';
import { realPath } from './sharing/given.ts';

/** The ids that files and folders would be announced with; what was hashed before is remembered. */
export async function* hashPaths(paths: readonly string[], options: HashOptions): AsyncGenerator<Hashed> {
  const { home, log, signal, onProgress } = options;
  await using hasher = hasherPool();
  using cache = new HashCache(hashCacheIn(home), systemClock, log);
  const reader = { hasher, cache, clock: systemClock };
  for (const path of paths) {
    const onSkipped = (at: string, why: string): void => log.warn({ path: safeText(at), why }, 'left out');
    const { id, size, kind } = await readContent(reader, await realPath(path), { signal, onProgress, onSkipped });
    yield { path, id, size, kind };
  }
}
