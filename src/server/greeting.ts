import type { networkInterfaces } from 'node:os';
import { addressText, hostText } from '../base/address.ts';
import type { Fingerprint } from '../base/ids.ts';
import { isLoopback } from '../base/loopback.ts';
import { siteUrl } from '../web/hosts.ts';

export interface Serving {
  host: string;
  port: number;
  /** UDP port of the dialect `hello`, where that is answered. */
  helloPort?: number | undefined;
  fingerprint: Fingerprint;
  /** Whether clients on its network find it by themselves. */
  announced?: boolean | undefined;
  /** The data folder. */
  data: string;
  /** Where its page is, where it has one, and the file of the token that it wants, if it wants one. */
  page?: { host: string; port: number; tokenFile?: string | undefined } | undefined;
}

/** The one line on stdout that a program waits for. */
export function readyLine({ host, port, helloPort, fingerprint, announced, data, page }: Serving): string {
  const site = { httpHost: page?.host, httpPort: page?.port };
  return `${JSON.stringify({ event: 'ready', host, port, helloPort, fingerprint, announced, data, ...site })}\n`;
}

const defaultPort = 7450;

const spelled = (address: string, port: number): string => {
  return port === defaultPort ? hostText(address) : addressText(address, port);
};

/** What a person who started the tracker has to know: where it is, and how others join. */
export function greeting(serving: Serving, interfaces: ReturnType<typeof networkInterfaces>): string {
  const { port, helloPort } = serving;
  const places = addresses(serving.host, interfaces).map((address) => spelled(address, port));
  const alone = places.length === 0 || (places.length === 1 && isLoopback(serving.host));
  return [
    `The tracker serves on port ${port}, TCP and UDP. Its key is ${serving.fingerprint.slice(0, 16)}….`,
    alone
      ? 'Only programs on this machine can reach it: start it with --host 0.0.0.0 for the others on the network.'
      : `Others reach it at ${places.join(', ')}.`,
    ...(serving.announced
      ? ['Clients on the same network find it by themselves; on another they have to name it.']
      : []),
    ...(helloPort === undefined || helloPort === port
      ? []
      : [`Programs of the hello dialect find it on UDP port ${helloPort} as well.`]),
    ...pageLines(serving, interfaces),
    `To join:  rollcall client ${places[0] ?? spelled('127.0.0.1', port)} <your name>`,
    'Ctrl-C ends it.',
    '',
  ].join('\n');
}

function pageLines({ page }: Serving, interfaces: ReturnType<typeof networkInterfaces>): string[] {
  if (page === undefined) return [];
  const { port, tokenFile } = page;
  const places = addresses(page.host, interfaces).map((host) => siteUrl({ host, port }));
  const where = `Its page is at ${places.join(', ') || siteUrl({ host: '127.0.0.1', port })}`;
  if (tokenFile === undefined) return [`${where}, for this machine.`];
  return [
    `${where} and wants the token in ${tokenFile}.`,
    'That page is not encrypted: whoever can listen in on the network sees it, and the token.',
  ];
}

/** The addresses that stand behind the one that is listened on. */
function addresses(host: string, interfaces: ReturnType<typeof networkInterfaces>): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host];
  return Object.values(interfaces)
    .flatMap((entries) => entries ?? [])
    .filter(({ internal, family, scopeid }) => !internal && (family === 'IPv4' || (host === '::' && scopeid === 0)))
    .map(({ address }) => address);
}
