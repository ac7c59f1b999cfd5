import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { isIP, isIPv4 } from 'node:net';
import type { Log } from '../../../base/log.ts';
import { packetBufferBytes } from '../limits.ts';
import type { Endpoint, PacketSocket, Receive } from '../transport.ts';
import { endpoint } from './address.ts';
import { bindFailure } from './errors.ts';
import type { Ground } from './ground.ts';

export async function bindPackets(on: Endpoint, receive: Receive, { log }: Ground): Promise<PacketSocket> {
  const { address, family } = await resolve(on);
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    lookup: (host, _options, found) => found(null, host, family),
  });
  socket.on('message', (datagram, from) => receive(datagram, endpoint(from.address, from.port)));
  try {
    const listening = once(socket, 'listening');
    socket.bind({ address, port: on.port, exclusive: true });
    await listening;
  } catch (error) {
    socket.close();
    throw bindFailure(error, on);
  }
  socket.on('error', (error) => log.debug({ error: error.message }, 'a UDP socket reports an error'));
  widen(socket, log);
  const bound = socket.address();
  let open = true;
  return {
    at: endpoint(bound.address, bound.port),
    send(datagram, to) {
      if (!open || isIP(to.host) === 0 || (family === 4 && !isIPv4(to.host))) return;
      const host = family === 6 && isIPv4(to.host) ? `::ffff:${to.host}` : to.host;
      socket.send(datagram, to.port, host, lostAsAnyMayBe);
    },
    async [Symbol.asyncDispose]() {
      if (!open) return;
      open = false;
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

/** Takes the outcome of a send, so that an ICMP refusal is no error of the socket. */
const lostAsAnyMayBe = (): void => {};

async function resolve(on: Endpoint): Promise<{ address: string; family: number }> {
  const family = isIP(on.host);
  if (family !== 0) return { address: on.host, family };
  try {
    return await lookup(on.host);
  } catch (error) {
    throw bindFailure(error, on);
  }
}

/** Asks for room to ride out a pause of ours. Systems give what they like: Linux at most `net.core.rmem_max`. */
function widen(socket: Socket, log: Log): void {
  const asked = packetBufferBytes;
  let given = 0;
  try {
    socket.setRecvBufferSize(asked);
    socket.setSendBufferSize(asked);
  } catch (error) {
    log.debug({ error: String(error) }, 'the system refuses to widen a UDP buffer');
  }
  try {
    given = socket.getRecvBufferSize();
  } catch (error) {
    log.debug({ error: String(error) }, 'the system does not tell the size of a UDP buffer');
  }
  if (given < asked) {
    log.info(
      { asked, given },
      'the UDP receive buffer is smaller than wished: heartbeats that come while the tracker pauses may get lost, and peers ' +
        'then show as suspect for a while; on Linux, raise net.core.rmem_max',
    );
  }
}
