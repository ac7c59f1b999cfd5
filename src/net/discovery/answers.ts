import { type Fingerprint, fingerprint } from '../../base/ids.ts';
import { safeText } from '../../base/safeText.ts';
import { isIpv4 } from './address.ts';
import type { FoundTracker } from './found.ts';
import { maxAddresses, maxLabelBytes, maxRecords, maxTxtBytes, mdnsPort } from './limits.ts';
import { isOnLink, type Link } from './links.ts';
import type { MdnsRecord, Message, Sender } from './mdns.ts';
import { serviceName, txtVersion } from './service.ts';

/** What an answer says of one tracker; `instance` is its full name, in lower case. */
export type Heard =
  | { heard: 'here'; instance: string; tracker: FoundTracker }
  /** It said goodbye. */
  | { heard: 'gone'; instance: string };

/**
 * The trackers of one answer. It has to be whole, with the records that a PTR leads to, as RFC 6763, section 12.1, asks
 * of responders and as ours are. What does not fit is left out, and no order of records makes it cost more than their number.
 */
export function trackersIn(message: Message, from: Sender, link: Link): Heard[] {
  // Anything else was sent by no responder, or from another network (RFC 6762, sections 6 and 11).
  if (from.port !== mdnsPort || !isOnLink(from.address, link)) return [];
  const records = [...message.answers.slice(0, maxRecords), ...message.additionals.slice(0, maxRecords)];
  const byName = new Map<string, MdnsRecord[]>();
  const instances = new Map<string, { text: string; gone: boolean }>();
  for (const record of records) {
    const { name, type, ttl, data } = record;
    if (typeof name !== 'string') continue;
    const key = lower(name);
    const namesakes = byName.get(key);
    if (namesakes !== undefined) namesakes.push(record);
    else byName.set(key, [record]);
    if (type === 'PTR' && key === serviceName && typeof data === 'string')
      instances.set(lower(data), { text: data, gone: ttl === 0 });
  }
  return [...instances].flatMap(([instance, { text, gone }]): Heard[] => {
    if (gone) return [{ heard: 'gone', instance }];
    const tracker = trackerOf(text, byName, from, link);
    return tracker === undefined ? [] : [{ heard: 'here', instance, tracker }];
  });
}

function trackerOf(
  instance: string,
  byName: ReadonlyMap<string, readonly MdnsRecord[]>,
  from: Sender,
  link: Link,
): FoundTracker | undefined {
  const name = nameOf(instance);
  const said = byName.get(lower(instance)) ?? [];
  const key = fingerprintOf(said.find(({ type }) => type === 'TXT')?.data);
  const at = serverOf(said.find(({ type }) => type === 'SRV')?.data);
  if (name === undefined || key === undefined || at === undefined) return undefined;
  const host = addressOf(byName.get(lower(at.target)) ?? [], from, link);
  return host === undefined ? undefined : { name, host, port: at.port, fingerprint: key };
}

/** The part before the service, as a person may read it. */
function nameOf(instance: string): string | undefined {
  const end = instance.length - serviceName.length - 1;
  if (end < 1 || lower(instance).slice(end) !== `.${serviceName}`) return undefined;
  const name = instance.slice(0, end);
  return Buffer.byteLength(name) > maxLabelBytes ? undefined : safeText(name.normalize('NFC'));
}

/** Reads `key=value` strings (RFC 6763, section 6.4): keys in any case, the first of each counts. */
function fingerprintOf(data: unknown): Fingerprint | undefined {
  const strings = Array.isArray(data) ? data.filter((one): one is Buffer => Buffer.isBuffer(one)) : [];
  if (strings.reduce((sum, { length }) => sum + length, 0) > maxTxtBytes) return undefined;
  const values = new Map<string, string>();
  for (const string of strings) {
    const [, key = '', value = ''] = /^([^=]+)=(.*)$/s.exec(string.toString('latin1')) ?? [];
    if (key !== '' && !values.has(lower(key))) values.set(lower(key), value);
  }
  if (values.get('v') !== txtVersion) return undefined;
  try {
    return fingerprint(values.get('fp') ?? '');
  } catch {
    return undefined;
  }
}

function serverOf(data: unknown): { port: number; target: string } | undefined {
  if (typeof data !== 'object' || data === null || !('port' in data) || !('target' in data)) return undefined;
  const { port, target } = data;
  if (typeof target !== 'string' || typeof port !== 'number' || !Number.isInteger(port)) return undefined;
  return port >= 1 && port <= 65_535 ? { port, target } : undefined;
}

/**
 * Only what is on the link, so that nobody can send us anywhere else. The address that the answer came from works for
 * certain; else IPv4 first, since a LAN has that.
 */
function addressOf(records: readonly MdnsRecord[], from: Sender, link: Link): string | undefined {
  const addresses = records
    .filter(({ type, ttl }) => (type === 'A' || type === 'AAAA') && ttl !== 0)
    .slice(0, maxAddresses)
    .flatMap(({ data }) => (typeof data === 'string' && isOnLink(data, link) ? [data] : []));
  return addresses.find((address) => address === from.address) ?? addresses.find(isIpv4) ?? addresses[0];
}

/** Names are equal whatever the case of their ASCII letters (RFC 6762, section 16). */
const lower = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
