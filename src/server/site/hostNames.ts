import { hostname, type networkInterfaces } from 'node:os';

/** What a browser on the LAN may call this machine: its addresses, its name, and that as mDNS has it. */
export function hostNames(interfaces: ReturnType<typeof networkInterfaces>, name: string = hostname()): string[] {
  const addresses = Object.values(interfaces).flatMap((entries) =>
    (entries ?? [])
      // An address that needs a zone is none that a browser takes.
      .filter(({ family, scopeid }) => family === 'IPv4' || scopeid === 0)
      .map(({ address }) => address),
  );
  const bare = name.replace(/\.$/, '');
  const names = bare === '' ? [] : [bare, bare.endsWith('.local') ? bare : `${bare}.local`];
  return [...new Set([...addresses, ...names])];
}
