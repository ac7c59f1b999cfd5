import { RollcallError } from '../../../base/errors.ts';
import { lost, noAnswer, nobodyListens, notPeer, notTracker, portTaken, showEndpoint } from '../failures.ts';
import type { Endpoint } from '../transport.ts';

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code ?? '');

/** Why nothing came of a connection, for a person. */
export function dialFailure(error: unknown, to: Endpoint, wanted: 'links' | 'http' | 'plain'): RollcallError {
  if (error instanceof RollcallError) return error;
  const code = codeOf(error);
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return nobodyListens(to, error);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NONAME':
    case 'EAI_NODATA':
      return new RollcallError(
        'unreachable',
        `there is no machine by the name of ${showEndpoint(to)}: check its spelling, or use its address`,
        { cause: error },
      );
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return noAnswer(to, error);
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
      return lost(to, error);
    default:
      if (wanted !== 'plain' && (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_'))) {
        return wanted === 'links' ? notTracker(to, error) : notPeer(to, error);
      }
      return new RollcallError('unreachable', `${showEndpoint(to)} cannot be reached: ${String(error)}`, {
        cause: error,
      });
  }
}

/** Why a port could not be opened, for a person. */
export function bindFailure(error: unknown, on: Endpoint): RollcallError {
  const refuse = (message: string): RollcallError => new RollcallError('usage', message, { cause: error });
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return portTaken(on, error);
    case 'EACCES':
    case 'EPERM':
      return refuse(`the system does not let us open port ${on.port}: choose one from 1024 to 65535`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return refuse(
        `${showEndpoint(on)} is no address of this machine: use one of its own, or 0.0.0.0 for all of them`,
      );
    default:
      return refuse(`${showEndpoint(on)} cannot be opened: ${String(error)}`);
  }
}
