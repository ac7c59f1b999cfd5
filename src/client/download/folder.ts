import { join } from 'node:path';
import type { ContentId } from '../../base/ids.ts';
import { type Layout, layoutOf, type PieceRun } from '../../base/layout.ts';
import { pieceCount } from '../../base/merkle.ts';
import type { FolderListing } from '../../net/wire/listing.ts';
import { complete } from './content.ts';
import { folderHome } from './disk/home.ts';
import { oldName } from './disk/names.ts';
import { publishFolder } from './disk/publish.ts';
import { requireSpace } from './disk/space.ts';
import { claimTemporary, makeTemporary, type Temporary } from './disk/temporary.ts';
import { checkStated, fetchLayer, fetchListing } from './fetch/fetch.ts';
import { type Job, letGo, refuseExisting } from './job.ts';
import type { JournalHeader } from './journal/lines.ts';
import { maxContentBytes } from './limits.ts';
import { Pieces } from './plan/pieces.ts';
import { eachOf } from './write/eachOf.ts';
import { lookingAtOnce } from './write/limits.ts';
import { filesOf } from './write/wantedContent.ts';

/** Fetches every file of a folder and publishes them together; returns the folder's path. */
export async function downloadFolder(job: Job): Promise<string> {
  const { request, shelf, tally, crowd } = job;
  const { disk, folder } = shelf;
  const { id, target, ifExists } = request;
  await refuseExisting(job);
  job.ports.writer.prepare();
  const { listing, bytes } = await crowd.use((source) => fetchListing(source, id));
  for (const { path, ...content } of listing.files) checkStated(content, maxContentBytes, path);
  const layout = layoutOf(listing.files.map(({ size }) => size));
  tally.resize(layout.size);
  const header: JournalHeader = { kind: 'folder', id, size: layout.size };
  const pieces = new Pieces(layout);
  let temporary = await claimTemporary(shelf, header);
  try {
    const was = temporary === undefined ? 'empty' : 'begun';
    if (temporary !== undefined) await takeRecorded(job, temporary, listing, layout, pieces);
    await requireSpace(disk, folder, pieces.missingBytes);
    const layers = pieces.whole ? new Map<number, Uint8Array>() : await fetchLayers(job, listing);
    temporary ??= await makeTemporary(shelf, header);
    const { path, stem } = temporary;
    const paths = listing.files.map((file) => file.path);
    return await complete(job, {
      header,
      temporary,
      was,
      content: { id, kind: 'folder', layout, listing: bytes, files: filesOf(listing, layers), paths },
      pieces,
      home: await folderHome(disk, path, listing),
      publish: () => publishFolder(disk, path, target, join(folder, oldName(stem)), ifExists),
    });
  } catch (error) {
    await letGo(job, temporary);
    throw error;
  }
}

/** Believes the journal of those files that are still there as they were written. */
async function takeRecorded(
  { shelf, tally }: Job,
  temporary: Temporary,
  { files }: FolderListing,
  layout: Layout,
  pieces: Pieces,
): Promise<void> {
  for (const run of temporary.runs) pieces.addRun(run);
  const harmed: PieceRun[] = [];
  await eachOf(files.entries(), lookingAtOnce, async ([number, { path, size }]) => {
    const end = pieces.endIn(number);
    if (end === 0) return;
    const entry = await shelf.disk.entry(join(temporary.path, path));
    const fits = entry?.kind === 'file' && entry.ours && entry.size >= end && entry.size <= size;
    if (!fits) harmed.push(layout.ofFile(number));
  });
  // What is fetched anew comes in any order, and would make the file look as if all of it were there.
  if (harmed.length > 0) await temporary.journal.forget(harmed);
  for (const run of harmed) pieces.removeRun(run);
  tally.resumed(tally.size - pieces.missingBytes);
}

/** The piece layers of the files that have more than one piece, by the file's number. */
async function fetchLayers({ crowd }: Job, { files }: FolderListing): Promise<Map<number, Uint8Array>> {
  const large = files.flatMap((file, number) => (pieceCount(file.size) > 1 ? [{ number, ...file }] : []));
  const byId = new Map<ContentId, Uint8Array>();
  if (large.length > 0) {
    // Where an owner fails, the next one is asked for what is still missing.
    await crowd.use(async (source) => {
      for (const { id, size } of large) if (!byId.has(id)) byId.set(id, await fetchLayer(source, { id, size }));
    });
  }
  return new Map(large.map(({ number, id }) => [number, byId.get(id) ?? new Uint8Array()]));
}
