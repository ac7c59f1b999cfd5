import { resolve } from 'node:path';
import type { Choice, Owner } from '../base/roll.ts';
import type { DownloadOptions, VisitorOptions } from './contract.ts';
import type { DownloadRequest } from './download/request.ts';
import { usualTarget } from './savedName.ts';
import { locateAll } from './session/roll.ts';
import type { Session } from './session/session.ts';

/** The owners, one of them at their head. */
export const ownersFrom = ({ owners }: Choice, first: Owner): Owner[] => [
  first,
  ...owners.filter((owner) => owner !== first),
];

/** What a download is asked for with, where the tracker is asked over `session`. */
export function downloadRequest(
  session: Session,
  { downloads, traffic }: Pick<VisitorOptions, 'downloads' | 'traffic'>,
  choice: Choice,
  first: Owner,
  { file, ...how }: DownloadOptions,
): DownloadRequest {
  const { id, size, kind, partial } = choice;
  return {
    ...how,
    id,
    size,
    kind,
    name: first.name,
    owners: { whole: ownersFrom(choice, first), partial },
    async moreOwners() {
      const { choices } = await locateAll(session, { id });
      return {
        whole: choices.flatMap((one) => one.owners),
        partial: choices.flatMap((one) => one.partial),
      };
    },
    watchOwners: (changed) => session.watchOwners(id, changed),
    maxOwners: traffic.maxOwners,
    report: reportTo(session),
    target: file === undefined ? usualTarget(downloads, first) : resolve(file),
  };
}

/** Tells the tracker of an owner that could not be reached. */
export const reportTo =
  (session: Session): DownloadRequest['report'] =>
  ({ address, port }) => {
    // A report is a courtesy: whoever downloads has better to do than to wait for it.
    session.call('report', { address, port }).catch(() => {});
  };
