import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../../../base/clock.ts';
import { asRollcallError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Identity } from '../../identity/identity.ts';
import { lost } from '../failures.ts';
import { httpHandshakeMs, httpIdleMs, maxHeadBytes } from '../limits.ts';
import { faultReply } from '../replies.ts';
import type { Endpoint, HttpReply, HttpRequest, Listener, ServeHttpOptions, Stream } from '../transport.ts';
import { endpoint } from './address.ts';
import { Callers } from './callers.ts';
import type { Ground } from './ground.ts';
import { openPort } from './port.ts';
import { Presence } from './presence.ts';
import { sendReply } from './reply.ts';
import { sniff } from './sniff.ts';
import { answeringStream } from './stream.ts';
import { serverTls, shownFingerprint } from './tls.ts';

/**
 * Serves HTTPS, or HTTP. The server of Node has its connections handed in, so that `admit` is asked before it does any
 * work. Its own time limits count only while it listens itself, which it never does: `Callers` keeps the time.
 */
export async function serveHttp(on: Endpoint, options: ServeHttpOptions, { clock, log }: Ground): Promise<Listener> {
  const callers = new Callers(clock);
  const { identity, plain, plainHttp = false } = options;
  const serving = (server: Server): ((socket: Socket) => void) => {
    server.on('request', (request, response) => {
      const presence = callers.of(request.socket);
      if (presence === undefined) response.destroy();
      else void exchange(request, response, presence, options, log);
    });
    return (socket) => void server.emit('connection', socket);
  };
  const serve = serving(identity === undefined ? httpServer(callers, clock) : httpsServer(identity, callers, clock));
  const http = plainHttp ? serving(httpServer(callers, clock)) : undefined;
  const sharesPort = identity !== undefined && (plain !== undefined || http !== undefined);
  const take = sharesPort ? (socket: Socket) => tell(socket, { tls: serve, http, plain }, clock) : serve;
  try {
    const listener = await openPort(on, { ...options, take });
    return {
      at: listener.at,
      async [Symbol.asyncDispose]() {
        callers[Symbol.dispose]();
        await listener[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    callers[Symbol.dispose]();
    throw error;
  }
}

const bounds = { maxHeaderSize: maxHeadBytes, keepAliveTimeout: httpIdleMs };

function httpServer(callers: Callers, clock: Clock): Server {
  const server = createHttpServer(bounds);
  return server.prependListener('connection', (socket) => callers.add(socket, new Presence(clock, undefined)));
}

function httpsServer(identity: Identity, callers: Callers, clock: Clock): Server {
  const server = createHttpsServer({ ...serverTls(identity, 'http'), handshakeTimeout: httpHandshakeMs, ...bounds });
  return server.prependListener('secureConnection', (socket) => {
    const presence = presenceOn(socket, clock);
    if (presence === undefined) socket.destroy();
    else callers.add(socket, presence);
  });
}

interface Takers {
  tls(socket: Socket): void;
  http?: ((socket: Socket) => void) | undefined;
  plain?: ((stream: Stream) => void) | undefined;
}

/** Tells HTTPS from what is plain; drops who never begins. */
function tell(socket: Socket, { tls, http, plain }: Takers, clock: Clock): void {
  const deadline = clock.after(httpHandshakeMs, () => socket.destroy());
  const began = (): void => deadline[Symbol.dispose]();
  socket.once('close', began);
  sniff(socket, {
    tls() {
      began();
      tls(socket);
    },
    http:
      http &&
      (() => {
        began();
        http(socket);
      }),
    plain() {
      began();
      if (plain === undefined) socket.destroy();
      else plain(answeringStream(socket, clock));
    },
  });
}

/** Nothing for a resumed session, which does not show whose it is: he may come again without one. */
function presenceOn(socket: TLSSocket, clock: Clock): Presence | undefined {
  try {
    return new Presence(clock, shownFingerprint(socket));
  } catch {
    return undefined;
  }
}

/** One request and its answer. Never throws: what goes wrong ends the connection or becomes a problem of ours. */
async function exchange(
  message: IncomingMessage,
  response: ServerResponse,
  presence: Presence,
  { handle }: ServeHttpOptions,
  log: Log,
): Promise<void> {
  const remote = endpoint(message.socket.remoteAddress, message.socket.remotePort);
  const gone = new AbortController();
  presence.requestCame();
  response.once('close', () => {
    presence.requestEnded();
    if (!response.writableFinished) gone.abort(lost(remote));
  });
  try {
    const request = requestOf(message);
    const encrypted = message.socket instanceof TLSSocket;
    const caller = { remote, encrypted, fingerprint: presence.fingerprint, signal: gone.signal };
    const reply = hasBody(message) ? bodyRefused : await handle(request, caller).catch((error) => failed(error, log));
    await sendReply(response, reply, presence, gone.signal);
  } catch (error) {
    const { code, message } = asRollcallError(error);
    // The caller has left, or nothing of it is served any more: so every swarm ends.
    const level = gone.signal.aborted || code === 'interrupted' ? 'debug' : 'warn';
    log[level]({ remote, error: message }, 'an answer was cut short');
    response.destroy();
  }
}

function requestOf({ method = '', url = '', headers }: IncomingMessage): HttpRequest {
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) fields.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return { method, path: url, headers: fields };
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Nothing here takes a body. The connection ends with it, so that nobody has to read what follows. */
const bodyRefused: HttpReply = { status: 413, headers: new Map([['connection', 'close']]) };

function failed(error: unknown, log: Log): HttpReply {
  log.error({ error: asRollcallError(error).message }, 'a request could not be answered');
  return faultReply;
}
