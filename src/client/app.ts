import type {
  DiagnoseOptions,
  Finding,
  Guest,
  GuestOptions,
  Hashed,
  HashOptions,
  Participant,
  ParticipantOptions,
} from './contract.ts';

export type * from './contract.ts';

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

/** Looks at each thing that has to work, one by one. */
export async function* diagnose(options: DiagnoseOptions): AsyncGenerator<Finding> {
  yield* (await import('./doctor.ts')).diagnose(options);
}

/** The ids that files and folders would be announced with. */
export async function* hashPaths(paths: readonly string[], options: HashOptions): AsyncGenerator<Hashed> {
  yield* (await import('./hashPaths.ts')).hashPaths(paths, options);
}
