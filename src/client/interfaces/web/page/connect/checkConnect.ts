import type { ConnectToBody } from '../../api/bodies.ts';

/** What the form holds, as it was typed. */
export interface TypedConnect {
  server: string;
  user: string;
  port: string;
}

export type Checked = { to: ConnectToBody } | { wrong: Record<string, string> };

/** What is plainly missing or wrong is said before anybody is asked; all else the API knows better. */
export function checkConnect(typed: TypedConnect): Checked {
  const [server, user, port] = [typed.server.trim(), typed.user.trim(), typed.port.trim()];
  const wrong: Record<string, string> = {};
  if (server === '') wrong['server'] = 'Say where the tracker is, as in 192.168.1.20 or tracker.local:7450.';
  if (user === '') wrong['user'] = 'Choose a name that others know you by.';
  if (port !== '' && !isPort(port))
    wrong['peerPort'] = 'A port is a number from 1024 to 65535; 0 or nothing lets the system choose.';
  if (Object.keys(wrong).length > 0) return { wrong };
  return { to: { server, user, ...(port === '' ? {} : { peerPort: Number(port) }) } };
}

const isPort = (text: string): boolean =>
  /^\d{1,5}$/.test(text) && (Number(text) === 0 || (Number(text) >= 1024 && Number(text) <= 65_535));
