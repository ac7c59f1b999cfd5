import { join } from 'node:path';
import { RollcallError } from '../../base/errors.ts';
import type { FolderListing, ListedFile } from '../../net/wire/listing.ts';
import { fill, recheck } from './content.ts';
import type { DiskFile } from './disk/disk.ts';
import { oldName } from './disk/names.ts';
import { publishFolder } from './disk/publish.ts';
import { requireSpace } from './disk/space.ts';
import { claimTemporary, makeTemporary, type Temporary } from './disk/temporary.ts';
import { Tree } from './disk/tree.ts';
import { checkStated, fetchLayer, fetchListing } from './fetch/fetch.ts';
import { batchesFor, finish, type Job, keep, letGo, refuseExisting } from './job.ts';
import type { Batches } from './journal/batches.ts';
import type { JournalHeader } from './journal/lines.ts';
import { maxContentBytes } from './limits.ts';
import { Pieces } from './plan/pieces.ts';

/** Fetches every file of a folder and publishes them together; returns the folder's path. */
export async function downloadFolder(job: Job): Promise<string> {
  const { request, shelf, tally, crowd } = job;
  const { disk, folder } = shelf;
  const { id, target, ifExists } = request;
  await refuseExisting(job);
  const listing = await crowd.use((source) => fetchListing(source, id));
  for (const { path, ...content } of listing.files) checkStated(content, maxContentBytes, path);
  const size = listing.files.reduce((sum, file) => sum + file.size, 0);
  tally.resize(size);
  const header: JournalHeader = { kind: 'folder', id, size };
  let temporary = await claimTemporary(shelf, header);
  try {
    const resumed = temporary === undefined ? new Map<number, Pieces>() : await piecesThere(job, temporary, listing);
    await requireSpace(disk, folder, size - tally.bytes);
    temporary ??= await makeTemporary(shelf, header);
    const tree = new Tree(disk, temporary.path);
    await fillFolder(job, temporary, tree, listing, resumed);
    await tree.seal(listing);
    const path = await publishFolder(disk, temporary.path, target, join(folder, oldName(temporary.stem)), ifExists);
    await finish(job, temporary, header);
    return path;
  } catch (error) {
    await letGo(job, temporary);
    throw error;
  }
}

/** What the journal covers, by the file's place in the listing, where the file is still there as it was written. */
async function piecesThere(
  { shelf, tally }: Job,
  temporary: Temporary,
  listing: FolderListing,
): Promise<Map<number, Pieces>> {
  const resumed = new Map<number, Pieces>();
  for (const { file: number, ...run } of temporary.runs) {
    const file = listing.files[number];
    if (file === undefined) continue;
    const pieces = resumed.get(number) ?? new Pieces(file.size);
    pieces.addRun(run);
    resumed.set(number, pieces);
  }
  for (const [number, pieces] of resumed) {
    const path = join(temporary.path, listing.files[number]?.path ?? '');
    const entry = await shelf.disk.entry(path);
    const fits = entry?.kind === 'file' && entry.ours && entry.size >= pieces.end && entry.size <= pieces.size;
    if (fits) tally.resumed(pieces.size - pieces.missingBytes);
    else resumed.delete(number);
  }
  return resumed;
}

async function fillFolder(
  job: Job,
  temporary: Temporary,
  tree: Tree,
  listing: FolderListing,
  resumed: ReadonlyMap<number, Pieces>,
): Promise<void> {
  const batches = batchesFor(job, temporary);
  try {
    for (const path of listing.emptyFolders) await tree.makeFolder(path);
    for (const [number, file] of listing.files.entries()) {
      const pieces = resumed.get(number) ?? new Pieces(file.size);
      if (!pieces.whole || file.size === 0) await fillOne(job, tree, batches, number, file, pieces);
    }
    await batches.flush();
  } catch (error) {
    await keep(job, batches.flush());
    throw error;
  } finally {
    await batches.close();
  }
}

async function fillOne(
  job: Job,
  tree: Tree,
  batches: Batches,
  number: number,
  content: ListedFile,
  pieces: Pieces,
): Promise<void> {
  job.request.signal.throwIfAborted();
  const layer = content.size === 0 ? new Uint8Array() : await job.crowd.use((source) => fetchLayer(source, content));
  const { file, made } = await tree.openFile(content.path);
  const part = { number, file };
  const filling = { content, layer, pieces, part, batches };
  try {
    if (!made) await fitLength(file, content.size);
    if (!made) await recheck(job, filling);
    await fill(job, filling);
  } finally {
    await batches.retire(part);
  }
}

async function fitLength(file: DiskFile, size: number): Promise<void> {
  const entry = await file.entry();
  if (entry.kind !== 'file') throw new RollcallError('fault', 'a hidden temporary is no file any more: remove it');
  if (entry.size > size) await file.truncate(size);
}
