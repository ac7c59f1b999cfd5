import type { Fingerprint } from '../../base/ids.ts';
import { shortId } from '../../base/ids.ts';
import { safeText } from '../../base/safeText.ts';
import { maxLabelBytes } from './limits.ts';

/** How trackers are named in DNS-SD (RFC 6763). */

const domain = 'local';
/** What a tracker offers (RFC 6763, section 7); `PTR` records of this name list the trackers. */
export const serviceName: string = `_rollcall._tcp.${domain}`;
/** Where every kind of service is listed (RFC 6763, section 9). */
export const serviceTypes: string = `_services._dns-sd._udp.${domain}`;

/** What the keys of the TXT record mean, as its key `v` says: another version is none that we can read. */
export const txtVersion = '1';

const usualPort = 7450;

/** A tracker as it is announced. */
export interface Announced {
  /** Name of its machine. */
  name: string;
  port: number;
  fingerprint: Fingerprint;
}

/**
 * `lab-pc (3f2a9c01)`, with the port where it is not the usual one. No other tracker has that name, as no other has the
 * key: so nobody has to be asked first whether it is free (RFC 6762, section 8.1).
 */
export function instanceName({ name, port, fingerprint }: Announced): string {
  const rest = `${port === usualPort ? '' : `:${port}`} (${shortId(fingerprint)})`;
  const [machine = ''] = safeText(name).trim().split('.');
  return cut(machine === '' ? 'tracker' : machine, maxLabelBytes - rest.length) + rest;
}

/**
 * The name that the addresses stand at. Not the machine's own: that is the business of the responder of its system, which
 * would take other addresses at it for a conflict (RFC 6762, section 9).
 */
export const targetName = ({ port, fingerprint }: Announced): string =>
  `rollcall-${fingerprint.slice(0, 16)}-${port}.${domain}`;

/** Whole characters, of at most so many bytes. */
function cut(text: string, bytes: number): string {
  let kept = '';
  for (const character of text) {
    if (Buffer.byteLength(kept + character) > bytes) break;
    kept += character;
  }
  return kept;
}
