import type { FastifyInstance } from 'fastify';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';

export interface SiteOptions {
  host: string;
  /** 0 asks the system to choose. */
  port: number;
  /** Hosts, without a port, that a browser may address this site by besides `localhost` and the loopback addresses. */
  names: readonly string[];
  /** One of these is wanted as `Authorization: Bearer` by everything below `/api/` and `/metrics` that does not say `config: { open: true }`; nothing is where they are missing. */
  tokens?: readonly string[] | undefined;
  /** The folder of the built page. */
  page: string;
  log: Log;
  /** The system's where it is missing. */
  clock?: Clock | undefined;
  /** Adds what is served besides the page. */
  routes(app: FastifyInstance): void | Promise<void>;
}

/** A web site on a port of its own: the page and its API, guarded against other sites in the same browser. */
export interface Site extends AsyncDisposable {
  /** The real host and port. */
  readonly at: { host: string; port: number };
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Anybody may ask for it, without a token. */
    open?: boolean;
    /** The body is read as it comes, for as long as it takes. */
    streamed?: boolean;
  }
}
