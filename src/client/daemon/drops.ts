import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Clock, every } from '../../base/clock.ts';
import { asRollcallError, RollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { makeFolders } from '../../base/makeFolders.ts';
import type { ResourceName } from '../../base/names.ts';
import { safeText } from '../../base/safeText.ts';
import type { Disk } from '../download/disk/disk.ts';
import { nodeDisk } from '../download/disk/nodeDisk.ts';
import { Batch } from './batch.ts';
import type { Drops, Share, ShareTerms } from './daemon.ts';
import { dropIdleMs, dropSweepMs, maxDrops } from './limits.ts';
import { publishBatch } from './publishBatch.ts';

export interface DropsOptions {
  /** The share folder as it is set now; absolute. */
  folder(): string;
  share(path: string, terms: ShareTerms): Promise<Share>;
  /** The path that is shared under a name. */
  pathOf(name: ResourceName): string | undefined;
  clock: Clock;
  log: Log;
  disk?: Disk | undefined;
}

/** Hidden, so that a folder that is shared does not share it, and told from all else that is ours. */
const batchName = /^\.rollcall-drop-[0-9a-f]{16}$/;

/** Batches of files on their way into the share folder. What an earlier start left there is removed once it is old. */
export function openDrops(options: DropsOptions): Drops {
  const { folder, clock, log, disk = nodeDisk } = options;
  const batches = new Map<string, Batch>();

  const find = (drop: string): Batch => {
    const batch = batches.get(drop);
    if (batch === undefined) throw gone(drop);
    return batch;
  };
  const discard = async (batch: Batch): Promise<void> => {
    batches.delete(batch.id);
    await batch.discard();
  };
  /** Those that nobody has gone on with for long, of this start and of earlier ones. Never fails. */
  const sweep = async (): Promise<void> => {
    for (const batch of [...batches.values()]) {
      if (batch.busy || clock.now() - batch.usedAt < dropIdleMs) continue;
      log.info({ drop: batch.id }, 'files that were dropped and never shared are removed');
      await discard(batch).catch((error: unknown) => log.warn({ error }, 'dropped files could not be removed'));
    }
    await sweepFolder(disk, folder(), new Set(batches.keys()), clock, log);
  };
  const sweeping = every(clock, dropSweepMs, () => void sweep());
  void sweep();

  return {
    async open() {
      if (batches.size >= maxDrops) {
        throw new RollcallError('limit', `${maxDrops} drops are open at once: finish or discard one first`);
      }
      const root = folder();
      await makeShareFolder(root);
      const id = randomBytes(8).toString('hex');
      const path = join(root, `.rollcall-drop-${id}`);
      try {
        await disk.makeFolder(path, 0o700);
      } catch (cause) {
        throw unusable(root, cause);
      }
      batches.set(id, new Batch({ id, root, path, disk, clock }));
      return id;
    },
    async put(drop, path, bytes, size) {
      await find(drop).put(path, bytes, size);
    },
    async publish(drop, terms) {
      const batch = find(drop);
      batch.close();
      batches.delete(drop);
      try {
        return await publishBatch(batch, terms, { ...options, disk });
      } finally {
        await batch.discard().catch((error: unknown) => log.warn({ error }, 'what is left of a drop stays'));
      }
    },
    async discard(drop) {
      await discard(find(drop));
    },
    async [Symbol.asyncDispose]() {
      sweeping[Symbol.dispose]();
      for (const batch of [...batches.values()]) {
        await discard(batch).catch((error: unknown) => log.warn({ error }, 'dropped files could not be removed'));
      }
    },
  };
}

async function makeShareFolder(folder: string): Promise<void> {
  try {
    await makeFolders(folder);
  } catch (cause) {
    throw unusable(folder, cause);
  }
}

const unusable = (folder: string, cause: unknown): RollcallError =>
  new RollcallError(
    'usage',
    `nothing can be put into the share folder '${safeText(folder)}': ${safeText(asRollcallError(cause).message)}. Choose another in the settings`,
    { cause },
  );

const gone = (drop: string): RollcallError =>
  new RollcallError(
    'not-found',
    `there is no drop ${safeText(drop).slice(0, 40)}: it was finished, or given up long ago`,
  );

async function sweepFolder(
  disk: Disk,
  folder: string,
  ours: ReadonlySet<string>,
  clock: Clock,
  log: Log,
): Promise<void> {
  const names = await disk.list(folder).catch((): string[] => []);
  for (const name of names) {
    if (!batchName.test(name) || ours.has(name.slice(-16))) continue;
    const path = join(folder, name);
    try {
      const entry = await disk.entry(path);
      if (entry?.kind !== 'folder' || !entry.ours || clock.wall() - entry.modifiedMs < dropIdleMs) continue;
      await disk.removeFolder(path);
      log.info({ path }, 'files that an earlier start was handed and never shared are removed');
    } catch (error) {
      log.warn({ path, error }, 'an old drop could not be removed');
    }
  }
}
