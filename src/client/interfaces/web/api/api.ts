import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Clock } from '../../../../base/clock.ts';
import type { Log } from '../../../../base/log.ts';
import type { OneTimeCodes } from '../../../../web/oneTime.ts';
import type { Daemon } from '../../../app.ts';
import type { TrackerBody } from './bodies.ts';

/** What the API works with. */
export interface ApiOptions {
  daemon: Daemon;
  /** Looks for trackers on the network, for some seconds; nothing where that is switched off. */
  discover?: (() => Promise<TrackerBody[]>) | undefined;
  codes: OneTimeCodes;
  /** What a good code is exchanged for. */
  token: string;
  /** Of this program. */
  version: string;
  /** What was named at the start: what a new connection is filled in with. */
  usual: { server: string | null; user: string | null };
  /** Shows a folder on this machine's screen. */
  openFolder(path: string): Promise<void>;
  /** The folder that choosing starts from. */
  home: string;
  clock: Clock;
  log: Log;
}

/** A web server whose routes take their types from the schemas. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** A group of routes. */
export type Routes = (api: Api, options: ApiOptions) => void;
