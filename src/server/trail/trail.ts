import type { ErrorCode } from '../../base/errors.ts';
import type { ContentId } from '../../base/ids.ts';
import type { Dialect } from '../../base/roll.ts';

export const operationNames = [
  'register',
  'unregister',
  'connect',
  'disconnect',
  'announce',
  'withdraw',
  'find',
  'locate',
  'users',
  'evict',
] as const;
export type OperationName = (typeof operationNames)[number];

/** Something that was asked of the tracker, or that it did of its own accord (`evict`), and what came of it. */
export interface Operation {
  /** When the tracker was asked, milliseconds since 1970. */
  received: number;
  /** When the asker says that it asked, as it said it. */
  stamp?: string | undefined;
  /** Whose session it was, or who was to be registered, freed or connected; missing for whoever goes by no name. */
  user?: string | undefined;
  operation: OperationName;
  parameters: Parameters;
  outcome: 'ok' | ErrorCode;
  /** Whence it was asked. */
  address: string;
  dialect: Dialect | 'native';
}

/** What an operation was about. */
export interface Parameters {
  pattern?: string | undefined;
  owner?: string | undefined;
  name?: string | undefined;
  id?: ContentId | undefined;
  linkSeconds?: number | undefined;
  linkUses?: number | undefined;
  linkPlain?: boolean | undefined;
  port?: number | undefined;
  dialects?: readonly Dialect[] | undefined;
  /** Of the names, which are the first hundred. */
  count?: number | undefined;
  names?: readonly string[] | undefined;
  /** For what an eviction was. */
  why?: string | undefined;
}

/** An operation as it is kept. */
export interface Row extends Operation {
  /** Grows from row to row, and is never given twice. */
  row: number;
}

/** Who did what and when, one row an operation, in the order in which they were done. */
export interface Trail extends Disposable {
  /** Never fails: where a row cannot be written it waits, and the log says so. */
  record(operation: Operation): void;
  /**
   * Reads the trail from where whoever goes by this name left it; for a new name, from its present end. `woken` is called
   * when there are more rows.
   */
  follow(name: string, woken: () => void): Follower;
}

/** Somebody who is to get every row. Until it is disposed of, what it has not done yet is kept, as long as there is room. */
export interface Follower extends Disposable {
  /** 32 bits that tell it from others; the same each time, until it takes new ones. */
  readonly tag: number;
  retag(): void;
  /** The first row that is not done yet, whether it is there already or not. */
  readonly next: number;
  /** So much of it is done, in parts of the follower's own making. */
  readonly parts: number;
  /** At most `most` rows, this one and those after it. @throws what SQLite throws */
  from(row: number, most: number): Row[];
  /** Everything before row `next` is done, and so many parts of that. */
  done(next: number, parts?: number): void;
}
