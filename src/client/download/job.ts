import { dirname } from 'node:path';
import { thisProcess } from './disk/claimant.ts';
import { nodeDisk } from './disk/nodeDisk.ts';
import { existsError, refuseKind } from './disk/publish.ts';
import { claimTemporary, type Shelf, type Temporary } from './disk/temporary.ts';
import { Crowd } from './fetch/crowd.ts';
import { Hedge } from './fetch/hedge.ts';
import type { Kept } from './fetch/owners.ts';
import { Batches } from './journal/batches.ts';
import type { JournalHeader } from './journal/lines.ts';
import { batchBytes } from './limits.ts';
import type { DownloadPorts } from './ports.ts';
import type { DownloadRequest } from './request.ts';
import { Tally } from './tally.ts';
import { Buffers } from './write/buffers.ts';

/** One download, with what its steps share. */
export interface Job {
  request: DownloadRequest;
  ports: DownloadPorts;
  shelf: Shelf;
  /** What it is asked is hedged. */
  crowd: Pick<Crowd, 'use' | 'fill'> & AsyncDisposable;
  tally: Tally;
  buffers: Buffers;
}

export function startJob(request: DownloadRequest, ports: DownloadPorts): Job {
  const { clock, log } = ports;
  const tally = new Tally(request.size, request.onProgress);
  return {
    request,
    ports,
    shelf: {
      disk: ports.disk ?? nodeDisk,
      claimant: ports.claimant ?? thisProcess,
      folder: dirname(request.target),
      clock,
      log,
    },
    crowd: hedged(request, ports, () => ({ bytes: tally.bytes, size: tally.size })),
    tally,
    buffers: new Buffers(),
  };
}

function hedged(request: DownloadRequest, ports: DownloadPorts, kept: Kept): Job['crowd'] {
  const hedge = new Hedge(request, ports);
  const crowd = new Crowd({ ...request, moreOwners: () => hedge.moreOwners() }, ports, kept);
  return {
    use: (ask) => crowd.use(hedge.question(ask)),
    fill: (target, fetched) => crowd.fill(target, fetched),
    [Symbol.asyncDispose]: () => crowd[Symbol.asyncDispose](),
  };
}

export const batchesFor = ({ ports }: Job, { journal }: Temporary): Batches =>
  new Batches({
    clock: ports.clock,
    batchBytes: ports.batchBytes ?? batchBytes,
    record: (runs) => journal.record(runs),
  });

/** Before a byte is fetched, what publishing would refuse after the last. @throws RollcallError `exists` */
export async function refuseExisting({
  request,
  shelf,
}: {
  request: Pick<DownloadRequest, 'target' | 'ifExists' | 'kind'>;
  shelf: Shelf;
}): Promise<void> {
  if (request.ifExists === 'rename') return;
  if (request.ifExists === 'overwrite') await refuseKind(shelf.disk, request.target, request.kind);
  else if ((await shelf.disk.entry(request.target)) !== undefined) throw existsError(request.target);
}

/**
 * The temporary was published: nothing of this content needs to be kept any more, of earlier starts neither. Never fails,
 * since the download is done.
 */
export async function finish({ shelf }: Job, temporary: Temporary, header: JournalHeader): Promise<void> {
  try {
    await temporary.drop();
    for (let left = await claimTemporary(shelf, header); left; left = await claimTemporary(shelf, header)) {
      await left.discard();
    }
  } catch (error) {
    shelf.log.warn({ temporary: temporary.path, error }, 'what is left of a download could not be removed');
  }
}

/** After a failure: keeps what a later start can go on with, and nothing else. Never fails. */
export async function letGo({ shelf, tally }: Job, temporary: Temporary | undefined): Promise<void> {
  const worthKeeping = tally.bytes > 0 || (temporary?.runs.length ?? 0) > 0;
  try {
    await (worthKeeping ? temporary?.release() : temporary?.discard());
  } catch (error) {
    shelf.log.warn({ temporary: temporary?.path, error }, 'what has come so far could not be put in order');
  }
}
