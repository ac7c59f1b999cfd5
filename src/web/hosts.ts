import { addressText, hostText } from '../base/address.ts';

/** The port that a browser leaves out of an address. */
const usualPort = 80;

/** An address as a browser shows it. */
export function siteUrl({ host, port }: { host: string; port: number }): string {
  return `http://${addressText(host, port)}/`;
}

const isEverywhere = (host: string): boolean => host === '0.0.0.0' || host === '::';

/**
 * What `Host` may be, in lower case. A site that another host name leads here for, as by DNS rebinding, is not among
 * them; an address that is listened on is, since no name stands for it.
 */
export function allowedHosts(at: { host: string; port: number }, names: readonly string[]): ReadonlySet<string> {
  const hosts = ['127.0.0.1', 'localhost', '::1', ...names];
  if (!isEverywhere(at.host)) hosts.push(at.host);
  const known = new Set<string>();
  for (const host of hosts) {
    const name = hostText(host).toLowerCase();
    known.add(`${name}:${at.port}`);
    if (at.port === usualPort) known.add(name);
  }
  return known;
}
