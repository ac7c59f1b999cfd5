import type { Clock } from '../../base/clock.ts';
import { RollcallError } from '../../base/errors.ts';
import type { Owner } from '../../base/roll.ts';
import type { Identity } from '../../net/identity/identity.ts';
import type { HttpAnswer, HttpConnection, Transport } from '../../net/transport/transport.ts';
import { deadline } from '../session/deadline.ts';
import { linkDialMs } from './limits.ts';

export interface LinkPorts {
  identity: Identity;
  transport: Pick<Transport, 'dialHttp'>;
  clock: Clock;
  signal: AbortSignal;
  /** This machine's address on the LAN, as the system tells it where this is missing. */
  lanAddress?: (() => string | undefined) | undefined;
}

/** A connection to an owner, whose key is compared. @throws RollcallError */
export async function dial(owner: Owner, { identity, transport, clock, signal }: LinkPorts): Promise<HttpConnection> {
  const { address: host, port, fingerprint: expect } = owner;
  using limit = deadline(clock, linkDialMs, () => failed(owner, 'does not answer'), signal);
  return await transport.dialHttp({ host, port }, { identity, expect, signal: limit.signal });
}

/** What an owner failed at, and what to do about it. */
export const failed = ({ user, address, port }: Owner, how: string): RollcallError =>
  new RollcallError('unreachable', `${user} (${address}:${port}) ${how}. Ask another owner, with --from, or try again`);

/** What is beyond `most` bytes is left out. */
export async function readBody(answer: HttpAnswer, most: number): Promise<Uint8Array> {
  const body = new Uint8Array(most);
  let at = 0;
  await answer.read((chunk) => {
    const part = chunk.subarray(0, most - at);
    body.set(part, at);
    at += part.length;
  });
  return body.subarray(0, at);
}
