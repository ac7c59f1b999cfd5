import { randomBytes } from 'node:crypto';
import { systemClock } from '../base/clock.ts';
import { instanceId } from '../base/ids.ts';
import { type AdjustableRateLimit, adjustableRateLimit } from '../base/rateLimit.ts';
import { agent } from '../base/version.ts';
import { nodeTransport } from '../net/transport/node.ts';
import type { Transport } from '../net/transport/transport.ts';
import type { VisitorOptions } from './contract.ts';
import type { Hasher } from './hashing/hasher.ts';
import { hasherPool } from './hashing/pool.ts';
import { type Home, openHome } from './home.ts';
import { openPins, type Pins } from './session/pins.ts';
import type { SessionOptions } from './session/session.ts';

/** What a client stands on: its home, its sockets, its hashing threads, and what it may take of the network. */
export interface Grounds extends AsyncDisposable {
  home: Home;
  transport: Transport;
  hasher: Hasher;
  limitUp: AdjustableRateLimit;
  limitDown: AdjustableRateLimit;
}

export async function openGrounds(options: Pick<VisitorOptions, 'home' | 'traffic' | 'log'>): Promise<Grounds> {
  const { limitUp, limitDown } = options.traffic;
  const hasher = hasherPool();
  return {
    home: await openHome(options.home),
    transport: nodeTransport({ log: options.log }),
    hasher,
    limitUp: adjustableRateLimit(limitUp, systemClock),
    limitDown: adjustableRateLimit(limitDown, systemClock),
    [Symbol.asyncDispose]: () => hasher[Symbol.asyncDispose](),
  };
}

/** What every session is opened with, whether it stays or not. */
export function sessionOptions(options: VisitorOptions, { home, transport }: Grounds): SessionOptions {
  return {
    server: options.server,
    instance: instanceId(randomBytes(16).toString('hex')),
    identity: home.identity,
    pins: tellingPins(options, home),
    transport,
    clock: systemClock,
    stamp: options.stamp,
    log: options.log,
    agent,
    signal: options.signal,
  };
}

/** The trackers that are known, with a word to the user where one is met for the first time. */
function tellingPins({ onEvent }: VisitorOptions, { knownTrackers }: Home): Pins {
  const pins = openPins(knownTrackers);
  return {
    async check(server, fingerprint) {
      const met = await pins.check(server, fingerprint);
      if (met === 'first') onEvent?.({ event: 'pinned', server: `${server.host}:${server.port}`, fingerprint });
      return met;
    },
  };
}
