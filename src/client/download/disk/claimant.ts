import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { systemCode } from './disk.ts';

/** Who holds a temporary: a run of a program, and how to tell whether another still lives. */
export interface Claimant {
  readonly run: Run;
  /** True where that run may still be going on. */
  lives(run: Run): boolean;
}

export interface Run {
  pid: number;
  /** 8 hex digits, chosen at the start: tells a run from an earlier one that had the same process id. */
  nonce: string;
}

const ourRun: Run = { pid: process.pid, nonce: randomBytes(4).toString('hex') };

export const thisProcess: Claimant = {
  run: ourRun,
  lives({ pid, nonce }) {
    if (pid === ourRun.pid) return nonce === ourRun.nonce;
    try {
      process.kill(pid, 0);
    } catch (error) {
      // Somebody else's process is there and may not be asked.
      if (systemCode(error) !== 'EPERM') return false;
    }
    return !isZombie(pid);
  },
};

/** True for a process that has ended and whose parent has not looked yet: it still answers to its id. */
function isZombie(pid: number): boolean {
  try {
    // The state follows the name, which may itself hold any character.
    return /^[ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1) ?? '');
  } catch {
    // Only Linux tells; elsewhere a zombie is known by the journal that nobody touches.
    return false;
  }
}
