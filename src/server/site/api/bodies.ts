import type { LogEntry, LogLevel } from '../../../base/logBook.ts';
import type { PeerState, ResourceKind } from '../../../base/roll.ts';
import type { Census } from '../../brain/census.ts';

/**
 * What goes over the tracker's REST API, as JSON: for the site that sends it and the page that reads it. Sizes are bytes,
 * times milliseconds since 1970, by the tracker's clock.
 */

export interface StatusBody {
  version: string;
  fingerprint: string;
  /** Where it serves peers. */
  host: string;
  port: number;
  /** When the page was first there, and now. */
  startedAt: number;
  now: number;
  heartbeatMs: number;
  suspectAfterMs: number;
  evictAfterMs: number;
  census: Census;
}

export interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

export interface UserBody {
  user: string;
  address: string;
  port: number;
  state: PeerState;
  resources: number;
  /** null for a program of an older system, which has no heartbeats. */
  udp: 'ok' | 'blocked' | null;
  since: number;
}

export interface UsersBody {
  users: UserBody[];
  /** Asks for what follows; null where nothing does. */
  next: string | null;
  /** Those who serve a port that nobody reaches, so that they are not listed; some of them where they are many. */
  unreached: { user: string; address: string; port: number }[];
}

export interface ResourcesQuery extends PageQuery {
  pattern?: string | undefined;
  owner?: string | undefined;
}

export interface ResourceBody {
  name: string;
  /** null, like the size, for a file of an older system, which nobody can verify. */
  id: string | null;
  size: number | null;
  kind: ResourceKind;
  description: string;
  modified: number;
  owner: string;
  address: string;
  port: number;
  state: PeerState;
}

export interface ResourcesBody {
  resources: ResourceBody[];
  next: string | null;
}

export const happeningKinds = ['joined', 'suspect', 'alive', 'left', 'evicted'] as const;

export interface HappeningBody {
  /** Grows from one to the next. */
  number: number;
  at: number;
  what: (typeof happeningKinds)[number];
  /** Which of the user's sessions: one for each program that he runs. */
  session: number;
  user: string;
  address: string;
  port: number;
  why?: string | undefined;
  reason?: 'silent' | 'disconnected' | 'kicked' | undefined;
}

export interface HappeningsBody {
  /** Since when none is missing. */
  from: number;
  happenings: HappeningBody[];
}

/** What the tracker did within one second. */
export interface Sample {
  /** The second's end. */
  at: number;
  /** A second: heartbeats that were taken for one, and operations that were answered. */
  heartbeats: number;
  operations: number;
}

export interface SamplesBody {
  everyMs: number;
  samples: Sample[];
}

export interface LogQuery {
  level: LogLevel;
  after?: number | undefined;
  limit: number;
}

export interface LogEntryBody extends Omit<LogEntry, 'fields'> {
  fields: Record<string, unknown>;
}

export interface LogBody {
  entries: LogEntryBody[];
}

/** What the event stream tells, by the name of the event. `missed` counts what there was no room for: ask anew. */
export interface EventBodies {
  happened: { happenings: HappeningBody[]; missed: number };
  sample: Sample;
  /** The roll changed: what was asked of it before is old. */
  roll: Census;
  log: { entries: LogEntry[]; missed: number };
  missed: { count: number };
}
