import type { Endpoint } from '../transport.ts';

/** An address as the rest of rollcall writes it: IPv4 where it is IPv4 in IPv6 (RFC 4291, section 2.5.5.2), no zone. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? address.replace(/%.*$/, '');
}

/** Where one side of a socket is; a socket that is closed already may no longer know. */
export function endpoint(address: string | undefined, port: number | undefined): Endpoint {
  return { host: plainAddress(address ?? ''), port: port ?? 0 };
}
