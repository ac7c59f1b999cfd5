import type { Clock } from '../../../base/clock.ts';
import { RollcallError } from '../../../base/errors.ts';
import type { Endpoint, Transport } from '../../../net/transport/transport.ts';
import { dialMs } from './limits.ts';

/**
 * What comes of dialling a port: somebody listens, the machine is there and nobody listens, or nothing comes. `unknown`
 * is a fault of ours, which says nothing about the other side.
 */
export type Sign = 'listens' | 'refuses' | 'silence' | 'unknown';

export type Dialler = Pick<Transport, 'dialPlain'>;

/** Never fails; takes `dialMs` at most. */
export async function lookFor(at: Endpoint, dialler: Dialler, clock: Clock): Promise<Sign> {
  const enough = new AbortController();
  const deadline = clock.after(dialMs, () => enough.abort(new RollcallError('unreachable', 'nothing came of it')));
  try {
    const stream = await dialler.dialPlain(at, { signal: enough.signal });
    stream.destroy();
    return 'listens';
  } catch (error) {
    return enough.signal.aborted ? 'silence' : signOf(error);
  } finally {
    deadline[Symbol.dispose]();
  }
}

/** What the other side's machine answers with. */
const answers = new Set(['ECONNREFUSED', 'ECONNRESET']);
/** What our own machine has run out of. */
const ours = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'EADDRINUSE']);

function signOf(error: unknown): Sign {
  const cause = error instanceof RollcallError ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (answers.has(code)) return 'refuses';
  return ours.has(code) ? 'unknown' : 'silence';
}
