import { RollcallError } from '../../base/errors.ts';
import { type Fingerprint, shortId } from '../../base/ids.ts';
import { safeText } from '../../base/safeText.ts';
import type { Endpoint } from './transport.ts';

/** What both transports say when something goes wrong, so that they say the same. */

/** `host:port`; the host alone where there is no port, as of a socket that has a path. */
export function showEndpoint({ host, port }: Endpoint): string {
  const shown = safeText(host);
  if (port === 0) return shown;
  return host.includes(':') ? `[${shown}]:${port}` : `${shown}:${port}`;
}

const unreachable = (message: string, cause?: unknown): RollcallError =>
  new RollcallError('unreachable', message, { cause });

export const nobodyListens = (to: Endpoint, cause?: unknown): RollcallError =>
  unreachable(`nothing listens at ${showEndpoint(to)}: check the address and the port, and that it is running`, cause);

export const notTracker = (to: Endpoint, cause?: unknown): RollcallError =>
  unreachable(`what listens at ${showEndpoint(to)} is not a rollcall tracker: check the address and the port`, cause);

export const notPeer = (to: Endpoint, cause?: unknown): RollcallError =>
  unreachable(`what listens at ${showEndpoint(to)} is not a rollcall peer: check the address and the port`, cause);

export const noAnswer = (to: Endpoint, cause?: unknown): RollcallError =>
  unreachable(`${showEndpoint(to)} does not answer: check the address, the network and any firewall in between`, cause);

export const lost = (to: Endpoint, cause?: unknown): RollcallError =>
  unreachable(`the connection to ${showEndpoint(to)} was lost: check the network, then try again`, cause);

export const stalled = (to: Endpoint, idleMs: number): RollcallError =>
  unreachable(`${showEndpoint(to)} has sent nothing for ${idleMs / 1000} s: try again, or fetch from another owner`);

export const endedEarly = (to: Endpoint, cause?: unknown): RollcallError =>
  unreachable(`${showEndpoint(to)} stopped in the middle of an answer: try again`, cause);

export const closedByUs = (to: Endpoint): RollcallError =>
  new RollcallError('interrupted', `the connection to ${showEndpoint(to)} was closed here`);

export const oneAtATime = (to: Endpoint): RollcallError =>
  new RollcallError('fault', `a second request to ${showEndpoint(to)} before the answer to the first was read`);

export const otherKey = (to: Endpoint, expected: Fingerprint, found: Fingerprint): RollcallError =>
  new RollcallError(
    'key-changed',
    `${showEndpoint(to)} shows the key ${shortId(found)}…, where ${shortId(expected)}… was expected: it was set up anew, ` +
      'or somebody is in between. Nothing was sent; find out which before you trust it',
  );

export const portTaken = (on: Endpoint, cause?: unknown): RollcallError =>
  new RollcallError(
    'usage',
    `port ${on.port} at ${safeText(on.host)} is taken by another program: choose another port, or 0 for any that is free`,
    { cause },
  );

/** What an aborted wait throws: a timeout is the other side's silence, all else is the caller's own reason. */
export function abortReason(signal: AbortSignal, to: Endpoint): unknown {
  const reason: unknown = signal.reason;
  return reason instanceof DOMException && reason.name === 'TimeoutError' ? noAnswer(to, reason) : reason;
}
