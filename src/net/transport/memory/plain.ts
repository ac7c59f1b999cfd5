import { tlsHandshake } from '../plainText.ts';
import type { Service, Wire } from './wire.ts';

/**
 * What a port that speaks TLS does with a connection that did not come by `dial`: it waits so long for a first byte. One
 * that begins a handshake by hand gets no further.
 */
export function tellPlain(wire: Wire, handshakeMs: number, take: Service['plain']): Service['plain'] {
  return (stream, settled) => {
    const deadline = wire.clock.after(handshakeMs, () => stream.destroy());
    stream.peek((first) => {
      deadline[Symbol.dispose]();
      if (first === tlsHandshake) stream.destroy();
      else if (first !== undefined) take(stream, settled);
    });
  };
}
