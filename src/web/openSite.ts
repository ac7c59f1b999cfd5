import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import { systemClock } from '../base/clock.ts';
import { RollcallError } from '../base/errors.ts';
import { isClosed, tokenBearer } from './access.ts';
import { limitBodyTime } from './bodyTime.ts';
import { type Caller, refusal } from './guard.ts';
import { safeHeaders } from './headers.ts';
import { allowedHosts } from './hosts.ts';
import { headMs, keepAliveMs, maxBodyBytes, maxConnections, maxHeadBytes, silenceMs } from './limits.ts';
import { findPage, servePage } from './page.ts';
import { problem } from './problem.ts';
import { failWith, sendProblem } from './sendProblem.ts';
import type { Site, SiteOptions } from './site.ts';

/** @throws RollcallError `usage` where the port cannot be listened on, `fault` where the page was not built */
export async function openSite(options: SiteOptions): Promise<Site> {
  const { host, port, names, tokens, page, log, clock = systemClock } = options;
  await findPage(page);
  const app = fastify({
    bodyLimit: maxBodyBytes,
    connectionTimeout: silenceMs,
    keepAliveTimeout: keepAliveMs,
    // A file may take as long as it likes; `limitBodyTime` bounds all else.
    requestTimeout: 0,
    forceCloseConnections: true,
    http: { headersTimeout: headMs, maxHeaderSize: maxHeadBytes, connectionsCheckingInterval: headMs / 2 },
    frameworkErrors: (error, request, reply) => void failWith(log)(error, request, reply.headers(safeHeaders)),
  });
  app.server.maxConnections = maxConnections;

  let hosts: ReadonlySet<string> = new Set();
  const hasToken = tokens === undefined ? () => true : tokenBearer(tokens);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(safeHeaders);
    const refused = refusal(callerOf(request), hosts);
    if (refused !== undefined) {
      log.debug({ host: request.headers.host, origin: request.headers.origin }, 'a request was refused');
      return sendProblem(reply, problem('forbidden', refused));
    }
    if (isClosed(request) && !hasToken(request)) {
      const how = 'this needs the token of this start: Authorization: Bearer TOKEN';
      return sendProblem(reply, problem('unauthorized', how));
    }
  });
  limitBodyTime(app, clock);
  app.setErrorHandler(failWith(log));
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, problem('not-found', `there is no ${request.method} ${request.url.split('?')[0]}`)),
  );
  try {
    await options.routes(app);
    await servePage(app, page);
    await listen(app, host, port);
  } catch (error) {
    await app.close();
    throw error;
  }
  const at = addressOf(app, host);
  hosts = allowedHosts(at, names);
  return { at, [Symbol.asyncDispose]: async () => app.close() };
}

const callerOf = ({ method, headers, routeOptions }: FastifyRequest): Caller => ({
  method,
  host: headers.host,
  origin: headers.origin,
  fetchSite: text(headers['sec-fetch-site']),
  fetchMode: text(headers['sec-fetch-mode']),
  page: !(routeOptions.url ?? '/api/').startsWith('/api/'),
});

const text = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join() : value;

/** @throws RollcallError `usage` */
async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port, listenTextResolver: () => '' });
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause) || !('syscall' in cause)) throw cause;
    throw new RollcallError('usage', whyNot(host, port, String(cause.code)), { cause });
  }
}

function whyNot(host: string, port: number, code: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is in use: choose another with --http-port, or 0 for any free one`;
    case 'EACCES':
      return `you may not listen on port ${port}: choose another with --http-port, from 1024 on`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is no address of this machine: name one that is`;
    default:
      return `cannot listen on ${host}, port ${port}: ${code}`;
  }
}

function addressOf(app: FastifyInstance, host: string): Site['at'] {
  const found = app.server.address();
  if (found === null || typeof found === 'string') throw new RollcallError('fault', `${host} has no port`);
  return { host: found.address, port: found.port };
}
