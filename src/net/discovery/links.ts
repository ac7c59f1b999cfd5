import type { networkInterfaces } from 'node:os';
import { isWithin } from './address.ts';

/** A network that this machine is on. Messages go to each by itself: sent to none by name, only one of them would hear. */
export interface Link {
  /** The name of its interface. */
  readonly name: string;
  /** The machine's IPv4 address there, by which the system knows which interface is meant. */
  readonly address: string;
  /** Every address of the machine there that means the same on other machines: none that need a zone. */
  readonly addresses: readonly string[];
  /** The networks of those, as ADDRESS/BITS. */
  readonly networks: readonly string[];
  /** Equal while the interface is the same, with the same addresses. */
  readonly key: string;
}

const noMac = '00:00:00:00:00:00';

/**
 * The links that multicast DNS over IPv4 can use: none without an IPv4 address, and no tunnel, at whose other end hardly
 * anybody listens. A machine that is on no network at all has itself: its loopback.
 */
export function linksOf(interfaces: ReturnType<typeof networkInterfaces>): Link[] {
  const all = Object.entries(interfaces).flatMap(([name, entries = []]) => {
    const lasting = entries.filter(({ family, scopeid, cidr }) => cidr !== null && (family === 'IPv4' || !scopeid));
    const first = lasting.find(({ family }) => family === 'IPv4');
    if (first === undefined) return [];
    const networks = lasting.flatMap(({ cidr }) => cidr ?? []);
    const link: Link = {
      name,
      address: first.address,
      addresses: lasting.map(({ address }) => address),
      networks,
      key: [name, first.mac, ...networks].join(' '),
    };
    return [{ link, own: first.internal, tunnel: first.mac === noMac }];
  });
  const outward = all.filter(({ own, tunnel }) => !own && !tunnel);
  return (outward.length > 0 ? outward : all.filter(({ own }) => own)).map(({ link }) => link);
}

/** Whether an address is of a network of the link, and so of a machine that needs no router to be reached. */
export const isOnLink = (address: string, { networks }: Link): boolean =>
  networks.some((network) => isWithin(address, network));
