import { addressText } from '../base/address.ts';
import { RollcallError } from '../base/errors.ts';

/** Addresses and ports as people type them. */

export interface TrackerAddress {
  host: string;
  port: number;
}

export const trackerPort = 7450;
/** Ports below belong to the system, and no tracker lists a peer there. */
const minPeerPort = 1024;
const maxPort = 65_535;

/** `HOST`, `HOST:PORT`, `::1`, `[::1]` or `[::1]:PORT`. @throws RollcallError `usage` */
export function trackerAddress(text: string): TrackerAddress {
  const bare = isIpv6(text) ? text : undefined;
  const {
    bracketed,
    host = bracketed,
    port,
  } = /^(?:\[(?<bracketed>[^\]]+)\]|(?<host>[\p{L}\p{N}._-]+))(?::(?<port>\d+))?$/u.exec(text)?.groups ?? {};
  const found = bare ?? host;
  if (found === undefined || (bracketed !== undefined && !isIpv6(bracketed))) {
    throw new RollcallError(
      'usage',
      `"${text}" is no tracker's address: give HOST, HOST:PORT or [IPV6]:PORT, as in 192.168.1.10:${trackerPort}`,
    );
  }
  return { host: found, port: port === undefined ? trackerPort : portNumber(port, 1) };
}

/** An address as `trackerAddress` reads it back. */
export const spelledAddress = ({ host, port }: TrackerAddress): string => addressText(host, port);

/** With or without a zone, as in `fe80::1%eth0`. */
function isIpv6(text: string): boolean {
  const [address = '', zone] = text.split('%');
  return (
    /^[0-9a-fA-F:.]+$/.test(address) && address.includes(':') && zone !== '' && URL.canParse(`http://[${address}]`)
  );
}

/** @throws RollcallError `usage` */
export const peerPort = (text: string): number => listeningPort(text, minPeerPort);

/** A port to listen on. @throws RollcallError `usage` */
export function listeningPort(text: string, lowest: number): number {
  if (/^0+$/.test(text)) return 0;
  return portNumber(text, lowest, ', or 0 to let the system choose');
}

/** @throws RollcallError `usage` */
function portNumber(text: string, lowest: number, orElse = ''): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= lowest && port <= maxPort) return port;
  throw new RollcallError('usage', `"${text}" is no port: give a number from ${lowest} to ${maxPort}${orElse}`);
}

/** @throws RollcallError `usage` */
export function clockAddress(text: string): string {
  const { protocol, username, password } = URL.canParse(text) ? new URL(text) : {};
  if ((protocol === 'http:' || protocol === 'https:') && username === '' && password === '') return text;
  throw new RollcallError(
    'usage',
    `"${text}" is no address of a date service: write http://HOST:PORT, as in http://127.0.0.1:7452`,
  );
}
