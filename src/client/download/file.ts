import { layoutOf } from '../../base/layout.ts';
import { type Completing, complete } from './content.ts';
import { fileHome } from './disk/home.ts';
import { isLinked, publishFile } from './disk/publish.ts';
import { requireSpace } from './disk/space.ts';
import { claimTemporary, makeTemporary, type Temporary } from './disk/temporary.ts';
import { orVanished } from './disk/vanished.ts';
import { checkStated, fetchLayer } from './fetch/fetch.ts';
import { type Job, letGo, refuseExisting } from './job.ts';
import type { JournalHeader } from './journal/lines.ts';
import { maxContentBytes } from './limits.ts';
import { Pieces } from './plan/pieces.ts';
import { lookAt } from './write/looking.ts';

/** Fetches one file and publishes it; returns its path. */
export async function downloadFile(job: Job): Promise<string> {
  const { request, shelf, tally, crowd } = job;
  const { id, size, name, target, ifExists } = request;
  const { disk, folder } = shelf;
  checkStated({ id, size }, maxContentBytes, name);
  const header: JournalHeader = { kind: 'file', id, size };
  const layout = layoutOf([size]);
  const pieces = new Pieces(layout);
  let temporary = await claimTemporary(shelf, header);
  try {
    // A crash in the middle of publishing leaves both names.
    const published = temporary !== undefined && (await isLinked(disk, temporary.path, target));
    if (!published) await refuseExisting(job);
    for (const run of temporary?.runs ?? []) pieces.addRun(run);
    tally.resumed(size - pieces.missingBytes);
    if (!pieces.whole) job.ports.writer.prepare();
    const layer = pieces.whole ? new Uint8Array() : await crowd.use((source) => fetchLayer(source, { id, size }));
    let was: Completing['was'] = 'begun';
    if (temporary === undefined) {
      await requireSpace(disk, folder, size);
      temporary = await makeTemporary(shelf, header);
      was = await begin(job, temporary);
    }
    const { path } = temporary;
    return await complete(job, {
      header,
      temporary,
      was,
      content: { id, kind: 'file', layout, files: [{ id, size, layer }] },
      pieces,
      home: fileHome(disk, path, size),
      publish: () => publishFile(disk, path, target, ifExists),
    });
  } catch (cause) {
    const error = await orVanished(disk, temporary, cause);
    await letGo(job, temporary);
    throw error;
  }
}

/** A file that is to be replaced, or kept beside, may have most of it: a clone of it costs nothing, where there are clones. */
async function begin({ request, shelf }: Job, temporary: Temporary): Promise<Completing['was']> {
  const { ifExists, target, size } = request;
  if (ifExists === 'refuse' || size === 0) return 'empty';
  const old = await lookAt(shelf.disk, target);
  if (old?.kind !== 'file' || old.size !== size) return 'empty';
  return (await temporary.cloneFrom(target)) ? 'cloned' : 'empty';
}
