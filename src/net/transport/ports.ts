import { RollcallError } from '../../base/errors.ts';
import { portTries } from './limits.ts';
import type { Endpoint, Listener, PacketSocket } from './transport.ts';

/**
 * Opens a TCP and a UDP port of the same number. Where the system is to choose it, tries again when its choice for one
 * is taken for the other.
 * @throws RollcallError `usage` where the port is taken or forbidden
 */
export async function openPorts(
  on: Endpoint,
  listen: (on: Endpoint) => Promise<Listener>,
  bind: (on: Endpoint) => Promise<PacketSocket>,
): Promise<{ listener: Listener; socket: PacketSocket }> {
  for (let tried = 1; ; tried++) {
    const listener = await listen(on);
    try {
      return { listener, socket: await bind({ host: on.host, port: listener.at.port }) };
    } catch (error) {
      await listener[Symbol.asyncDispose]();
      const taken = error instanceof RollcallError && error.code === 'usage';
      if (on.port !== 0 || !taken || tried === portTries) throw error;
    }
  }
}
