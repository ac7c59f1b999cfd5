import { safeText } from '../base/safeText.ts';

export interface Serving {
  host: string;
  port: number;
  /** The log file. */
  log: string;
}

/** The one line on stdout that a program waits for. */
export const readyLine = ({ host, port, log }: Serving): string =>
  `${JSON.stringify({ event: 'ready', host, port, log })}\n`;

/** What a person who started the log server has to know. */
export function greeting({ host, port, log }: Serving, registered: boolean): string {
  const alone = host === '::1' || host.startsWith('127.');
  return [
    `The operations log serves on port ${port}, TCP and UDP${registered ? ', and rpcbind names it' : ''}.`,
    `It is written to ${safeText(log)}.`,
    alone
      ? 'Only programs on this machine can call it: start it with --host 0.0.0.0 for a tracker elsewhere.'
      : 'Whoever reaches this port can write lines: callers prove nothing of who they are.',
    'Ctrl-C ends it.',
    '',
  ].join('\n');
}
