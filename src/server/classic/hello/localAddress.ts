import type { NetworkInterfaceInfo } from 'node:os';
import { isLoopback } from '../../../base/loopback.ts';

export type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/**
 * The tracker's own address as `remote` reaches it. A socket that is bound to every address does not tell to which of
 * them a datagram came: then it is the one on the network of `remote`, or else the first that leads out of this machine.
 */
export function localAddress(remote: string, bound: string, interfaces: () => Interfaces): string {
  if (bound !== '0.0.0.0' && bound !== '::') return bound;
  if (isLoopback(remote)) return remote;
  const family = remote.includes(':') ? 'IPv6' : 'IPv4';
  const outward = Object.values(interfaces())
    .flatMap((addresses = []) => addresses)
    .filter((address) => address.family === family && !address.internal);
  const near = outward.find(({ address, netmask }) => family === 'IPv4' && sameNetwork(address, remote, netmask));
  return (near ?? outward[0])?.address ?? loopback[family];
}

const loopback = { IPv4: '127.0.0.1', IPv6: '::1' };

function sameNetwork(one: string, other: string, netmask: string): boolean {
  const mask = bits(netmask);
  return (bits(one) & mask) === (bits(other) & mask);
}

/** An IPv4 address as 32 bits. */
const bits = (address: string): number => address.split('.').reduce((sum, part) => (sum << 8) | Number(part), 0);
