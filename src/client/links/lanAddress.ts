import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** Such an address needs the name of a network card beside it (RFC 4007), which nobody else has. */
const linkLocal = /^fe[89ab][0-9a-f]:/i;

/**
 * Where other machines of the LAN find this one: its first address that is none of loopback's, of IPv4 where there is
 * one; nothing where it is on no network.
 */
export function lanAddress(
  interfaces: Readonly<Record<string, NetworkInterfaceInfo[] | undefined>> = networkInterfaces(),
): string | undefined {
  const outward = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !linkLocal.test(address));
  return (outward.find(({ family }) => family === 'IPv4') ?? outward[0])?.address;
}
