import { RollcallError } from '../../base/errors.ts';
import { safeText } from '../../base/safeText.ts';
import { sizeText } from '../../base/sizeText.ts';
import { diskError, folderError } from './disk/space.ts';
import { sweep } from './disk/sweep.ts';
import { downloadFile } from './file.ts';
import { downloadFolder } from './folder.ts';
import { type Job, startJob } from './job.ts';
import type { DownloadPorts } from './ports.ts';
import type { Download, DownloadRequest } from './request.ts';

export type { DownloadPorts } from './ports.ts';
export type { Download, DownloadProgress, DownloadRequest, DownloadView } from './request.ts';

/**
 * Fetches a content and publishes it under its final name, whole and verified, or not at all. What came before a
 * failure stays in a hidden temporary beside the target, and the same request goes on from there.
 * @throws RollcallError `exists`, `no-space`, `unreachable`, `unfinished`, `bad-content`, `changed`, `refused`,
 * `not-found`, `limit`, `usage` where the folder cannot be written, `interrupted`
 */
export async function download(request: DownloadRequest, ports: DownloadPorts): Promise<Download> {
  const started = ports.clock.now();
  const job = startJob(request, ports);
  await using _crowd = job.crowd;
  try {
    request.signal.throwIfAborted();
    await sweep(job.shelf).catch((error: unknown) => {
      throw folderError(job.shelf.folder, error);
    });
    const path = await (request.kind === 'file' ? downloadFile(job) : downloadFolder(job));
    const seconds = (ports.clock.now() - started) / 1000;
    return { path, bytes: job.tally.size, id: request.id, from: job.tally.from().map(({ owner }) => owner), seconds };
  } catch (error) {
    if (request.signal.aborted) throw interrupted(job, error);
    const { disk, folder } = job.shelf;
    throw await diskError(disk, folder, job.tally.size - job.tally.bytes, error);
  }
}

function interrupted({ request, tally }: Job, cause: unknown): RollcallError {
  const { bytes, size } = tally;
  const next =
    bytes === 0
      ? 'Nothing had come yet: a new try begins anew'
      : `${sizeText(bytes)} of ${sizeText(size)} are kept: a new try goes on from there`;
  const message = `fetching '${safeText(request.name)}' was stopped. ${next}`;
  return new RollcallError('interrupted', message, { cause });
}
