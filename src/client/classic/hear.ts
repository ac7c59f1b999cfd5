import type { Clock } from '../../base/clock.ts';
import type { Stream } from '../../net/transport/transport.ts';
import { type PeerRequest, PeerRequestReader } from '../../net/wire/classic/peer.ts';
import { requestMs, requestSilenceMs, wholeMs } from './limits.ts';

/**
 * Takes a stream over and reads its one request; nothing where none comes in time. `closed` is told once, whenever the
 * stream closes.
 */
export function hear(
  stream: Stream,
  clock: Clock,
  closed: (error: Error | undefined) => void,
): Promise<PeerRequest | undefined> {
  return new Promise((resolve) => {
    const reader = new PeerRequestReader();
    const late = clock.after(requestMs, () => settle());
    let pauses: Disposable[] = [];
    let settled = false;
    const stop = (): void => {
      for (const pause of pauses) pause[Symbol.dispose]();
    };
    const settle = (request?: PeerRequest): void => {
      settled = true;
      stop();
      late[Symbol.dispose]();
      resolve(request);
    };
    const wait = (): void => {
      stop();
      pauses = [clock.after(wholeMs, atPause), clock.after(requestSilenceMs, () => settle())];
    };
    const atPause = (): void => {
      const request = reader.pause();
      if (request !== undefined) settle(request);
    };
    stream.open({
      data(bytes) {
        if (settled) return;
        const request = reader.push(bytes);
        if (request === undefined) wait();
        else settle(request);
      },
      ended() {
        if (!settled) settle(reader.pause());
      },
      closed(error) {
        settle();
        closed(error);
      },
    });
    wait();
  });
}
