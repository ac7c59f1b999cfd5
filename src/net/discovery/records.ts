import type { MdnsRecord } from './mdns.ts';
import { type Announced, instanceName, serviceName, serviceTypes, targetName, txtVersion } from './service.ts';

/** Lives, seconds (RFC 6762, section 10): of what has to do with addresses, and of the rest. */
const addressTtl = 120;
const otherTtl = 4500;

/** All that is said of a tracker on a link where it is reached at these addresses. */
export function recordsOf(tracker: Announced, addresses: readonly string[]): MdnsRecord[] {
  const instance = `${instanceName(tracker)}.${serviceName}`;
  const target = targetName(tracker);
  const { port, fingerprint } = tracker;
  return [
    { name: serviceName, type: 'PTR', ttl: otherTtl, data: instance },
    { name: instance, type: 'SRV', ttl: addressTtl, data: { port, target } },
    { name: instance, type: 'TXT', ttl: otherTtl, data: [`v=${txtVersion}`, `fp=${fingerprint}`] },
    { name: serviceTypes, type: 'PTR', ttl: otherTtl, data: serviceName },
    ...addresses.map((address) => ({
      name: target,
      type: address.includes(':') ? 'AAAA' : 'A',
      ttl: addressTtl,
      data: address,
    })),
  ];
}

/** The same taken back (RFC 6762, section 10.1), but for what other trackers say as well: that there is such a service. */
export const goodbyeOf = (records: readonly MdnsRecord[]): MdnsRecord[] =>
  records.filter(({ name }) => name !== serviceTypes).map((record) => ({ ...record, ttl: 0 }));
