import type { Endpoint } from '../../net/transport/transport.ts';

/** Where a tracker is, as `host:port` or `[address]:port`: what people type and what pins are kept under. */
export function serverText({ host, port }: Endpoint): string {
  const name = host.toLowerCase();
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
}
