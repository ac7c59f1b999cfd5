import type { Host } from '../../test/support/lan.ts';
import { type Running, run, start } from '../processes.ts';

/** Starts a program on a machine of the LAN. Disposing of it ends it. */
export function startOn(host: Host, command: string, args: readonly string[]): Running {
  const [first = '', ...rest] = [...host.on, command, ...args];
  return start(first, rest);
}

/** Runs a program on a machine of the LAN to its end. @throws where it fails, or takes longer than `limitMs` */
export function runOn(host: Host, command: string, args: readonly string[], limitMs?: number): ReturnType<typeof run> {
  const [first = '', ...rest] = [...host.on, command, ...args];
  return run(first, rest, limitMs);
}
