import type { Clock } from '../../base/clock.ts';
import { asRollcallError, RollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Dialect } from '../../base/roll.ts';
import type { Endpoint, PacketSocket, Stream, Transport } from '../../net/transport/transport.ts';
import type { Tracker } from '../brain/tracker.ts';
import { createClassic } from './classic.ts';
import { bindHello, createHello } from './hello/hello.ts';
import { paced } from './paced.ts';

/** The dialects of older systems that a tracker answers. */
export interface Dialects extends AsyncDisposable {
  /** Takes a connection that is not encrypted; missing where no dialect over TCP is answered. */
  readonly plain?: ((stream: Stream) => void) | undefined;
  /** Takes a datagram that came to `socket`; false where it is of none of them. */
  receive(datagram: Uint8Array, from: Endpoint, socket: PacketSocket): boolean;
  /**
   * Opens the UDP port of its own that `hello` has, where that is answered, and is not the tracker's port besides; returns
   * it. @throws RollcallError `usage` where it is taken or forbidden
   */
  bindHello(on: Endpoint, tracker: Endpoint): Promise<Endpoint | undefined>;
  /** What has come, ever: pieces of streams and datagrams. */
  readonly arrivals: number;
}

export function openDialects(options: {
  enabled: readonly Dialect[];
  tracker: Tracker;
  transport: Transport;
  clock: Clock;
  log: Log;
}): Dialects {
  const { enabled, transport } = options;
  const parts = { ...options, tracker: paced(options.tracker) };
  const streams = enabled.some((dialect) => dialect !== 'hello') ? createClassic(parts) : undefined;
  const hello = enabled.includes('hello') ? createHello(parts) : undefined;
  let socket: PacketSocket | undefined;
  let open = true;
  return {
    plain: streams && ((stream) => streams.accept(stream)),
    receive: (datagram, from, to) => hello?.receive(datagram, from, to) ?? false,
    async bindHello(on, at) {
      if (hello === undefined || on.port === at.port) return hello && at;
      try {
        socket = await bindHello(on, hello, transport);
      } catch (cause) {
        const { code, message } = asRollcallError(cause);
        throw new RollcallError(code, `--hello-port ${on.port}: ${message}`, { cause });
      }
      return socket.at;
    },
    get arrivals() {
      return (streams?.arrivals ?? 0) + (hello?.arrivals ?? 0);
    },
    async [Symbol.asyncDispose]() {
      if (!open) return;
      open = false;
      hello?.[Symbol.dispose]();
      streams?.[Symbol.dispose]();
      await socket?.[Symbol.asyncDispose]();
    },
  };
}
