import { join } from 'node:path';
import { RollcallError } from '../../base/errors.ts';
import type { ContentId } from '../../base/ids.ts';
import { type Layout, layoutOf, type PieceRun } from '../../base/layout.ts';
import { pieceCount } from '../../base/merkle.ts';
import { safeText } from '../../base/safeText.ts';
import { sizeText } from '../../base/sizeText.ts';
import type { FolderListing } from '../../net/wire/listing.ts';
import { complete } from './content.ts';
import { folderHome } from './disk/home.ts';
import { oldName } from './disk/names.ts';
import { publishFolder } from './disk/publish.ts';
import { requireSpace } from './disk/space.ts';
import { claimTemporary, makeTemporary, type Temporary } from './disk/temporary.ts';
import { orVanished } from './disk/vanished.ts';
import { checkStated, fetchLayer, fetchListing } from './fetch/fetch.ts';
import { type Job, letGo, refuseExisting } from './job.ts';
import type { JournalHeader } from './journal/lines.ts';
import { maxContentBytes } from './limits.ts';
import { Pieces } from './plan/pieces.ts';
import type { DownloadRequest } from './request.ts';
import { eachOf } from './write/eachOf.ts';
import { lookingAtOnce } from './write/limits.ts';
import { filesOf } from './write/wantedContent.ts';

/** Fetches every file of a folder and publishes them together; returns the folder's path. */
export async function downloadFolder(job: Job): Promise<string> {
  const { request, shelf, crowd } = job;
  const { disk, folder } = shelf;
  const { id, target, ifExists } = request;
  refuseLarge(request);
  await refuseExisting(job);
  job.ports.writer.prepare();
  const { listing, bytes } = await crowd.use((source) => fetchListing(source, id));
  for (const { path, ...content } of listing.files) checkStated(content, maxContentBytes, path);
  const layout = layoutOf(listing.files.map(({ size }) => size));
  requireSize(request, layout.size);
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
  } catch (cause) {
    const error = await orVanished(disk, temporary, cause);
    await letGo(job, temporary);
    throw error;
  }
}

/** @throws RollcallError `limit` for a folder beyond what can be fetched */
function refuseLarge({ name, size }: DownloadRequest): void {
  if (size <= maxContentBytes) return;
  throw new RollcallError(
    'limit',
    `'${safeText(name)}' has ${sizeText(size)}, and the largest folder that can be fetched has ${sizeText(maxContentBytes)}: ask its ` +
      'owner to share parts of it',
  );
}

/**
 * What an owner announces as a folder's size is the sum of what its listing says, and the id says every byte of that.
 * @throws RollcallError `bad-content` for another sum than was announced
 */
function requireSize({ name, size }: DownloadRequest, listed: number): void {
  if (listed === size) return;
  throw new RollcallError(
    'bad-content',
    `the files of '${safeText(name)}' have ${listed} bytes by its listing, and ${size} were announced: its owner says ` +
      'what is not so. Choose another owner, or look for it again',
  );
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
