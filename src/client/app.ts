import type {
  DiagnoseOptions,
  DiscoverOptions,
  Finding,
  FoundTracker,
  Guest,
  GuestOptions,
  Hashed,
  HashOptions,
  Participant,
  ParticipantOptions,
} from './contract.ts';
import type { Daemon } from './daemon/daemon.ts';
import type { DaemonOptions } from './daemon/daemonOptions.ts';

export { AmbiguousError, type ChoiceRecord } from './choosing/ambiguous.ts';
export type * from './contract.ts';
export type * from './daemon/daemon.ts';
export { shareStates } from './daemon/daemon.ts';
export type { DaemonOptions } from './daemon/daemonOptions.ts';
export type * from './live/liveRoll.ts';
export { contentSorts } from './live/liveRoll.ts';
export {
  type Download,
  type DownloadState,
  downloadStates,
  type PieceBar,
  type Transfers,
  type WantedDownload,
} from './transfers/transfers.ts';

/**
 * The one facade that every face drives. What stands behind a function is loaded when it is called, so that a question
 * to the tracker does not wait for the code that serves files.
 */
export async function openVisitor(options: GuestOptions): Promise<Guest> {
  return (await import('./visitor.ts')).openVisitor(options);
}

/** Serves, joins and stays. Rejects where the first joining fails; a link that is lost later mends itself. */
export async function openParticipant(options: ParticipantOptions): Promise<Participant> {
  return (await import('./participant.ts')).openParticipant(options);
}

/** A client that stays, for pages and scripts: at a tracker or at none, with what earlier starts shared and fetched. */
export async function openDaemon(options: DaemonOptions): Promise<Daemon> {
  return (await import('./daemon/openDaemon.ts')).openDaemon(options);
}

/** Looks at each thing that has to work, one by one. */
export async function* diagnose(options: DiagnoseOptions): AsyncGenerator<Finding> {
  yield* (await import('./doctor.ts')).diagnose(options);
}

/** The ids that files and folders would be announced with. */
export async function* hashPaths(paths: readonly string[], options: HashOptions): AsyncGenerator<Hashed> {
  yield* (await import('./hashPaths.ts')).hashPaths(paths, options);
}

/** The trackers that announce themselves on the networks of this machine. @throws the signal's reason */
export async function discover(options: DiscoverOptions): Promise<FoundTracker[]> {
  return (await import('../net/discovery/discovery.ts')).browse(options);
}
