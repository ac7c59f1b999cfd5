import { tlsOnly } from '../plainText.ts';
import type { ListenOptions } from '../transport.ts';
import { tellPlain } from './plain.ts';
import type { Service, Wire } from './wire.ts';

/** What takes links on a port. */
export function linksService(wire: Wire, { identity, handshakeMs, accept, plain, ...options }: ListenOptions): Service {
  return {
    ...options,
    secure: { speaks: 'links', identity, accept },
    plain: tellPlain(wire, handshakeMs, (stream, settled) => {
      if (plain === undefined) {
        stream.open({ data: () => {}, closed: () => {} });
        stream.write(tlsOnly);
        stream.end();
      } else {
        settled();
        plain(stream);
      }
    }),
  };
}
