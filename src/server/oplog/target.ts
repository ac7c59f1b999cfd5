import { addressText } from '../../base/address.ts';
import { RollcallError } from '../../base/errors.ts';
import { safeText } from '../../base/safeText.ts';
import type { Endpoint } from '../../net/transport/transport.ts';

const maxPort = 65_535;

/** Reads `HOST:PORT` or `[IPV6]:PORT`, as `--oplog` has it. @throws RollcallError `usage` */
export function oplogTarget(text: string): Endpoint {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host !== undefined && port >= 1 && port <= maxPort) return { host, port };
  throw new RollcallError(
    'usage',
    `--oplog "${safeText(text).slice(0, 100)}" is no log server's address: give HOST:PORT or [IPV6]:PORT, as in 127.0.0.1:7453`,
  );
}

/** The other way round: one text for one target. */
export const targetText = ({ host, port }: Endpoint): string => addressText(host, port);
