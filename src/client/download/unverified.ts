import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { RollcallError } from '../../base/errors.ts';
import { contentId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { ResourceName } from '../../base/names.ts';
import { safeText } from '../../base/safeText.ts';
import { type Claimant, thisProcess } from './disk/claimant.ts';
import { type Disk, systemCode } from './disk/disk.ts';
import { fileHome } from './disk/home.ts';
import { nodeDisk } from './disk/nodeDisk.ts';
import { publishFile } from './disk/publish.ts';
import { diskError, folderError, requireSpace } from './disk/space.ts';
import { sweep } from './disk/sweep.ts';
import { makeTemporary, type Shelf, type Temporary } from './disk/temporary.ts';
import { refuseExisting } from './job.ts';
import { spaceLookBytes } from './limits.ts';
import type { DownloadRequest } from './request.ts';

/** A file that nobody can verify: its owner has said nothing of what is in it. */
export interface UnverifiedRequest extends Pick<DownloadRequest, 'target' | 'ifExists' | 'signal'> {
  name: ResourceName;
  /** Whom it is from. */
  owner: string;
  /** Hands the file over, and returns once it has ended as it should. @throws RollcallError where it has not */
  fetch(into: Receiver): Promise<void>;
  onProgress?: ((progress: UnverifiedProgress) => void) | undefined;
}

/** Where a file goes that comes in one piece after another. */
export interface Receiver {
  /** It is there, and so long, where its owner told. Called once, before the first byte. */
  begin(size: number | null): Promise<void>;
  /** The bytes are the receiver's to keep. */
  write(bytes: Uint8Array): Promise<void>;
}

export interface UnverifiedProgress {
  bytes: number;
  /** Nothing where the owner does not tell. */
  size: number | null;
}

export interface UnverifiedDownload {
  /** Where it was saved. */
  path: string;
  bytes: number;
  id: null;
  /** False where the owner's dialect says nothing of the length: then an early end cannot be told from the end. */
  lengthTold: boolean;
  /** The one user whose bytes these are. */
  from: string[];
  /** From the start of this call, seconds. */
  seconds: number;
}

export interface UnverifiedPorts {
  clock: Clock;
  log: Log;
  /** The real one where it is missing. */
  disk?: Disk | undefined;
  /** This process where it is missing. */
  claimant?: Claimant | undefined;
}

/**
 * Saves a file as it comes, and publishes it under its final name once it has ended as it should. Before that it has a
 * hidden name beside the target. After a failure nothing of it is kept, since nobody could say what it is a part of.
 * @throws RollcallError `exists`, `no-space`, `usage` where the folder cannot be written, `interrupted`, and what the
 * owner's answer comes to
 */
export async function downloadUnverified(
  request: UnverifiedRequest,
  ports: UnverifiedPorts,
): Promise<UnverifiedDownload> {
  const { signal, target, owner } = request;
  const { clock, log, disk = nodeDisk, claimant = thisProcess } = ports;
  const started = clock.now();
  const shelf: Shelf = { disk, claimant, folder: dirname(target), clock, log };
  try {
    signal.throwIfAborted();
    await sweep(shelf).catch((error: unknown) => {
      throw folderError(shelf.folder, error);
    });
    await refuseExisting({ request: { ...request, kind: 'file' }, shelf });
    const saved = await save(request, shelf);
    return { ...saved, id: null, from: [owner], seconds: (clock.now() - started) / 1000 };
  } catch (error) {
    if (signal.aborted) throw interrupted(request, error);
    throw await failure(shelf, request, error);
  }
}

async function save(
  request: UnverifiedRequest,
  shelf: Shelf,
): Promise<Pick<UnverifiedDownload, 'path' | 'bytes' | 'lengthTold'>> {
  const { disk, folder } = shelf;
  await requireSpace(disk, folder, 1);
  // Every temporary is named after a content. This one's is not known, so that it gets a name that no content has.
  const temporary = await makeTemporary(shelf, {
    kind: 'file',
    id: contentId(randomBytes(32).toString('hex')),
    size: 0,
  });
  try {
    const { bytes, size } = await receive(request, shelf, temporary);
    await fileHome(disk, temporary.path, bytes).seal();
    const path = await publishFile(disk, temporary.path, request.target, request.ifExists);
    await letGo(shelf, temporary, () => temporary.drop());
    return { path, bytes, lengthTold: size !== null };
  } catch (error) {
    await letGo(shelf, temporary, () => temporary.discard());
    throw error;
  }
}

/** Writes to the hidden file what comes. */
async function receive(
  { fetch, onProgress }: UnverifiedRequest,
  { disk, folder }: Shelf,
  { path }: Temporary,
): Promise<UnverifiedProgress> {
  const file = await disk.open(path, 'update');
  const progress: UnverifiedProgress = { bytes: 0, size: null };
  let lookAt = spaceLookBytes;
  try {
    await fetch({
      async begin(size) {
        progress.size = size;
        if (size !== null) await requireSpace(disk, folder, size);
      },
      async write(bytes) {
        await file.write(bytes, progress.bytes);
        progress.bytes += bytes.length;
        onProgress?.({ ...progress });
        if (progress.bytes < lookAt) return;
        lookAt += spaceLookBytes;
        await requireSpace(disk, folder, Math.max(1, (progress.size ?? 0) - progress.bytes));
      },
    });
    return progress;
  } finally {
    await file.close();
  }
}

/** Never fails: the file is saved, or another failure is to be told. */
async function letGo({ log }: Shelf, { path }: Temporary, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    log.warn({ temporary: path, error }, 'what is left of a download could not be removed');
  }
}

function interrupted({ name }: UnverifiedRequest, cause: unknown): RollcallError {
  const message = `fetching '${safeText(name)}' was stopped. Nothing of it is kept, since it cannot be verified`;
  return new RollcallError('interrupted', message, { cause });
}

async function failure({ disk, folder }: Shelf, { name }: UnverifiedRequest, error: unknown): Promise<unknown> {
  if (!['ENOSPC', 'EDQUOT'].includes(systemCode(error) ?? '')) return diskError(disk, folder, 0, error);
  const message =
    `no space in '${safeText(folder)}' for all of '${safeText(name)}', and nothing of it is kept, since it cannot be ` +
    'verified: free some, or choose another folder, and fetch it again';
  return new RollcallError('no-space', message, { cause: error });
}
