import type { Log } from '../base/log.ts';
import type { Endpoint, Receive } from '../net/transport/transport.ts';
import type { TakeCall } from './calls.ts';
import { maxWaitingDatagramBytes } from './limits.ts';

/** Calls over UDP: a datagram each way. No answer is longer than its call, so that nobody can be flooded by way of us. */
export function takeDatagrams(take: TakeCall, send: (datagram: Uint8Array, to: Endpoint) => void, log: Log): Receive {
  let waitingBytes = 0;
  return (datagram, from) => {
    const { length } = datagram;
    if (waitingBytes + length > maxWaitingDatagramBytes) {
      log.debug({ address: from.host }, 'a datagram is dropped: too many wait for the disk');
      return;
    }
    try {
      waitingBytes += length;
      take(datagram, { place: `${from.host} ${from.port}` }, (answer) => {
        waitingBytes -= length;
        if (answer.length <= length) send(answer, from);
      });
    } catch (error) {
      waitingBytes -= length;
      log.debug({ address: from.host, error: String(error) }, 'a datagram is no RPC');
    }
  };
}
