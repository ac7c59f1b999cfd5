import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Whether this process is in the foreground of its terminal. Linux says so in /proc, other systems in `ps`; Windows has
 * no such thing, and where nobody can say, it is taken to be.
 */
export async function inForeground(): Promise<boolean> {
  if (process.platform === 'win32') return true;
  try {
    return process.platform === 'linux' ? statSaysSo(await readFile('/proc/self/stat', 'utf8')) : await psSaysSo();
  } catch {
    // No /proc, or no ps that knows these columns.
    return true;
  }
}

/** proc(5): after the command in parentheses come state, ppid, pgrp, session, tty_nr and tpgid. */
export function statSaysSo(stat: string): boolean {
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return isSame(group, foreground);
}

async function psSaysSo(): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pgid=', '-o', 'tpgid=', '-p', String(process.pid)]);
  const [group, foreground] = stdout.trim().split(/\s+/);
  return isSame(group, foreground);
}

/** Where there is no terminal to be in the foreground of, `foreground` is no group: 0 or less. */
const isSame = (group: string | undefined, foreground: string | undefined): boolean =>
  group === foreground || !(Number(foreground) > 0);
