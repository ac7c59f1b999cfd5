import type { Clock } from '../base/clock.ts';
import { RollcallError } from '../base/errors.ts';
import type { Fingerprint } from '../base/ids.ts';
import type { Reach } from '../base/roll.ts';
import type { Identity } from '../net/identity/identity.ts';
import type { Transport } from '../net/transport/transport.ts';
import { dialBackMs, maxDialBacks, maxDialBacksPerAddress } from './limits.ts';
import { createTurns } from './turns.ts';

export interface PeerPort {
  address: string;
  port: number;
  /** The only key that may answer there. */
  fingerprint: Fingerprint;
}

/** Sees whether a peer's port can be reached and is its own. Never fails: what is wrong is the finding's reason. */
export type DialBack = (peer: PeerPort, signal: AbortSignal) => Promise<Reach>;

/** Dials peers as another peer would, a limited number at a time; the others wait in line. */
export function createDialBack(transport: Pick<Transport, 'dialHttp'>, identity: Identity, clock: Clock): DialBack {
  const turns = createTurns({ total: maxDialBacks, perKind: maxDialBacksPerAddress });

  const dial = async ({ address, port, fingerprint }: PeerPort, signal: AbortSignal): Promise<void> => {
    const late = new AbortController();
    using _deadline = clock.after(dialBackMs, () => late.abort(new RollcallError('unreachable', 'no answer in time')));
    const options = { identity, expect: fingerprint, signal: AbortSignal.any([signal, late.signal]) };
    await using _connection = await transport.dialHttp({ host: address, port }, options);
  };

  return async (peer, signal) => {
    let done = (): void => {};
    try {
      done = await turns.take(peer.address, signal);
      await dial(peer, signal);
      return { reachable: true };
    } catch (error) {
      return { reachable: false, reason: reason(peer, error) };
    } finally {
      done();
    }
  };
}

function reason({ address, port }: PeerPort, error: unknown): string {
  const place = `${address}, TCP port ${port}`;
  if (error instanceof RollcallError && error.code === 'key-changed') {
    return `another program, or somebody else's key, answers at ${place}: share on another port with --peer-port`;
  }
  return (
    `the tracker could not reach you at ${place} within ${dialBackMs / 1000} s: ` +
    `let the firewall of your machine take connections to port ${port}, or share on another one with --peer-port`
  );
}
