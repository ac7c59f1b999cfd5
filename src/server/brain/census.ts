import type { PeerState } from '../../base/roll.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Sessions } from './sessions.ts';

/** Whoever serves a port that nobody reaches is not listed. */
export type UserState = PeerState | 'unreached';

/** How much there is. What is shared with named users only is counted like the rest: a number tells nothing of it. */
export interface Census {
  /** With those that serve no port, or go by no name. */
  sessions: number;
  /** Of those who serve a port, as the roll has them: who runs two programs is there twice. */
  users: Record<UserState, number>;
  resources: number;
  /** Different ones; files that nobody can verify are none. */
  contents: number;
}

export async function takeCensus(sessions: Sessions, directory: Pick<Directory, 'counts'>): Promise<Census> {
  const { resources, contents } = await directory.counts();
  const users: Record<UserState, number> = { alive: 0, suspect: 0, unreached: 0 };
  let count = 0;
  for (const { user, port, listed, state } of sessions) {
    count += 1;
    if (user !== undefined && port !== undefined) users[listed === undefined ? 'unreached' : state] += 1;
  }
  return { sessions: count, users, resources, contents };
}
