import type { Clock } from '../../../base/clock.ts';
import type { Dialect } from '../../../base/roll.ts';
import type { Facade } from '../facade.ts';
import type { Ending } from './ending.ts';
import type { Streams } from './terminal.ts';

/** Options of `rollcall server`, as typed. */
export interface ServerFlags {
  host: string;
  port: number;
  data?: string | undefined;
  heartbeat: string;
  suspectAfter: string;
  evictAfter: string;
  classic?: Dialect[] | undefined;
  helloPort?: number | undefined;
  oplog?: string | undefined;
  keepHistory: string;
  announce: boolean;
  console?: boolean | undefined;
  httpPort?: number | undefined;
  httpHost?: string | undefined;
  log?: string | undefined;
  logLevel: string;
  json: boolean;
}

/** Options of `rollcall history`, as typed. */
export interface HistoryFlags {
  data?: string | undefined;
  user?: string | undefined;
  since?: string | undefined;
  operation?: string | undefined;
  limit?: number | undefined;
  json: boolean;
}

/** Options of `rollcall clock`, as typed. */
export interface ClockFlags {
  host: string;
  port: number;
  json: boolean;
}

/** Options of `rollcall oplog`, as typed. */
export interface OplogFlags {
  host: string;
  port: number;
  log?: string | undefined;
  json: boolean;
}

/** All that a run of the program takes from outside, so that a test can be the outside. */
export interface Environment extends Streams {
  /** What stands after the program's name. */
  argv: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  version: string;
  /** This program, for `demo`, which starts it again and again. */
  program: { execPath: string; main: string };
  clock: Clock;
  watchEnd(): Ending;
  facade(): Promise<Facade>;
  runServer(flags: ServerFlags): Promise<void>;
  runHistory(flags: HistoryFlags): Promise<void>;
  runClock(flags: ClockFlags): Promise<void>;
  runOplog(flags: OplogFlags): Promise<void>;
}
