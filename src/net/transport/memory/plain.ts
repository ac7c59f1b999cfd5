import { beginningOf } from '../httpLine.ts';
import { tlsHandshake } from '../plainText.ts';
import type { Service, Wire } from './wire.ts';

/**
 * What a port that speaks TLS does with a connection that did not come by `dial`: it waits so long for its first bytes.
 * One that begins a handshake by hand gets no further; one that begins with a request of HTTP is for `http`, if there is
 * one.
 */
export function tellPlain(
  wire: Wire,
  handshakeMs: number,
  take: Service['plain'],
  http?: Service['plain'],
): Service['plain'] {
  return (stream, settled) => {
    const deadline = wire.clock.after(handshakeMs, () => stream.destroy());
    stream.peek((come) => {
      const isTls = come?.[0] === tlsHandshake;
      const beginning = come === undefined || isTls || http === undefined ? 'other' : beginningOf(come);
      if (beginning === 'unfinished') return false;
      deadline[Symbol.dispose]();
      if (isTls) stream.destroy();
      else if (beginning === 'http') http?.(stream, settled);
      else if (come !== undefined) take(stream, settled);
      return true;
    });
  };
}
