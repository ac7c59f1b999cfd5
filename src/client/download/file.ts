import { fill, recheck } from './content.ts';
import { isLinked, publishFile } from './disk/publish.ts';
import { requireSpace } from './disk/space.ts';
import { claimTemporary, makeTemporary, type Temporary } from './disk/temporary.ts';
import { checkStated, fetchLayer } from './fetch/fetch.ts';
import { batchesFor, finish, type Job, keep, letGo, refuseExisting } from './job.ts';
import type { JournalHeader } from './journal/lines.ts';
import { maxContentBytes } from './limits.ts';
import { Pieces } from './plan/pieces.ts';

/** Fetches one file and publishes it; returns its path. */
export async function downloadFile(job: Job): Promise<string> {
  const { request, shelf, tally } = job;
  const { id, size, name, target, ifExists } = request;
  checkStated({ id, size }, maxContentBytes, name);
  const header: JournalHeader = { kind: 'file', id, size };
  const pieces = new Pieces(size);
  let temporary = await claimTemporary(shelf, header);
  try {
    // A crash in the middle of publishing leaves both names.
    const published = temporary !== undefined && (await isLinked(shelf.disk, temporary.path, target));
    if (!published) await refuseExisting(job);
    for (const run of temporary?.runs ?? []) tally.resumed(pieces.addRun(run));
    if (!pieces.whole) {
      const layer = await job.crowd.use((source) => fetchLayer(source, { id, size }));
      if (temporary === undefined) await requireSpace(shelf.disk, shelf.folder, size);
      temporary ??= await makeTemporary(shelf, header);
      await fillFile(job, temporary, pieces, layer);
    }
    temporary ??= await makeTemporary(shelf, header);
    await seal(job, temporary);
    const path = await publishFile(shelf.disk, temporary.path, target, ifExists);
    await finish(job, temporary, header);
    return path;
  } catch (error) {
    await letGo(job, temporary);
    throw error;
  }
}

async function fillFile(job: Job, temporary: Temporary, pieces: Pieces, layer: Uint8Array): Promise<void> {
  const { request, shelf } = job;
  const { id, size } = request;
  const file = await shelf.disk.open(temporary.path, 'update');
  const batches = batchesFor(job, temporary);
  const filling = { content: { id, size }, layer, pieces, part: { number: 0, file }, batches };
  try {
    await recheck(job, filling);
    await requireSpace(shelf.disk, shelf.folder, pieces.missingBytes);
    await fill(job, filling);
    await batches.flush();
  } catch (error) {
    await keep(job, batches.flush());
    throw error;
  } finally {
    await batches.close();
    await file.close();
  }
}

/** All of the file is there to stay, for everybody whom the user's umask lets read it. */
async function seal({ shelf }: Job, { path }: Temporary): Promise<void> {
  const file = await shelf.disk.open(path, 'update');
  try {
    await file.chmod(0o666 & ~process.umask());
    await file.sync();
  } finally {
    await file.close();
  }
}
