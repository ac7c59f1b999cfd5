import { type Clock, systemClock } from '../../base/clock.ts';
import { type Log, silentLog } from '../../base/log.ts';
import { dialHttp } from './node/httpClient.ts';
import { serveHttp } from './node/httpServer.ts';
import { dialLink, listenForLinks } from './node/links.ts';
import { bindPackets } from './node/packets.ts';
import { dialPlain, listenPlain } from './node/plain.ts';
import type { Transport } from './transport.ts';

export interface NodeTransportOptions {
  log?: Log | undefined;
  /** For deadlines. */
  clock?: Clock | undefined;
}

/** The transport on real sockets. */
export function nodeTransport({ log = silentLog, clock = systemClock }: NodeTransportOptions = {}): Transport {
  const ground = { log, clock };
  return {
    dial: (to, options) => dialLink(to, options, ground),
    listen: (on, options) => listenForLinks(on, options, ground),
    dialPlain: (to, options) => dialPlain(to, options, ground),
    listenPlain: (on, options) => listenPlain(on, options, ground),
    bind: (on, receive) => bindPackets(on, receive, ground),
    dialHttp: (to, options) => dialHttp(to, options, ground),
    serveHttp: (on, options) => serveHttp(on, options, ground),
  };
}
