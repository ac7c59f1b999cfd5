import { addressText } from '../../base/address.ts';
import type { Endpoint } from '../../net/transport/transport.ts';

/** Where a tracker is, as `host:port` or `[address]:port`: what people type and what pins are kept under. */
export const serverText = ({ host, port }: Endpoint): string => addressText(host.toLowerCase(), port);
