import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { portTries } from '../../../src/net/transport/limits.ts';
import { openPorts } from '../../../src/net/transport/ports.ts';
import type { Endpoint, Listener, PacketSocket } from '../../../src/net/transport/transport.ts';

/** A system that hands out TCP ports from 50000 on, with some UDP ports taken. */
function system(taken: (port: number) => boolean): {
  listen: (on: Endpoint) => Promise<Listener>;
  bind: (on: Endpoint) => Promise<PacketSocket>;
  listening: Set<number>;
} {
  const listening = new Set<number>();
  let next = 50_000;
  return {
    listening,
    async listen({ host, port }) {
      const chosen = port === 0 ? next++ : port;
      listening.add(chosen);
      return { at: { host, port: chosen }, [Symbol.asyncDispose]: async () => void listening.delete(chosen) };
    },
    async bind(on) {
      if (taken(on.port)) throw new RollcallError('usage', `UDP port ${on.port} is taken`);
      return { at: on, send: () => {}, [Symbol.asyncDispose]: async () => {} };
    },
  };
}

describe('the ports', () => {
  it('have one number for TCP and UDP, which the system may choose', async () => {
    const { listen, bind } = system((port) => port < 50_003);
    const { listener, socket } = await openPorts({ host: '127.0.0.1', port: 0 }, listen, bind);
    expect([listener.at.port, socket.at.port]).toEqual([50_003, 50_003]);
  });

  it('that were tried in vain are let go', async () => {
    const { listen, bind, listening } = system((port) => port < 50_003);
    await openPorts({ host: '127.0.0.1', port: 0 }, listen, bind);
    expect([...listening]).toEqual([50_003]);
  });

  it('are refused where the number that was asked for is taken', async () => {
    const { listen, bind, listening } = system(() => true);
    await expect(openPorts({ host: '127.0.0.1', port: 7450 }, listen, bind)).rejects.toThrow('UDP port 7450 is taken');
    expect([...listening]).toEqual([]);
  });

  it('are not looked for without end', async () => {
    let tries = 0;
    const { listen, bind } = system(() => {
      tries += 1;
      return true;
    });
    await expect(openPorts({ host: '127.0.0.1', port: 0 }, listen, bind)).rejects.toThrow('is taken');
    expect(tries).toBe(portTries);
  });
});
