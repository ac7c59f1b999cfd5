import type { BigIntStats } from 'node:fs';
import { coarseGrainMs, fineGrainMs } from '../limits.ts';

/** Which file it is and which of its states: another file or a change gives another identity. */
export interface FileIdentity {
  device: bigint;
  inode: bigint;
  /** Bytes. */
  size: number;
  /** Nanoseconds since 1970. */
  mtimeNs: bigint;
  ctimeNs: bigint;
}

export function identityOf(stats: BigIntStats): FileIdentity {
  return {
    device: stats.dev,
    inode: stats.ino,
    size: Number(stats.size),
    mtimeNs: stats.mtimeNs,
    ctimeNs: stats.ctimeNs,
  };
}

export function sameIdentity(a: FileIdentity, b: FileIdentity): boolean {
  return (
    a.inode === b.inode &&
    a.size === b.size &&
    a.mtimeNs === b.mtimeNs &&
    a.ctimeNs === b.ctimeNs &&
    a.device === b.device
  );
}

/** Milliseconds since 1970, as the roll tells it. */
export const modifiedMs = ({ mtimeNs }: FileIdentity): number => Math.max(0, Number(mtimeNs / 1_000_000n));

/**
 * Milliseconds from now until a change of the file is sure to give it another identity. Before that a change could fall
 * into the same grain of the file system's clock as the last one ("racy git").
 */
export function settlesInMs({ mtimeNs, ctimeNs }: FileIdentity, wallMs: number): number {
  const grainMs = ctimeNs % 1_000_000n === 0n ? coarseGrainMs : fineGrainMs;
  const newest = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  const ageMs = wallMs - Number(newest / 1_000_000n);
  return ageMs >= grainMs ? 0 : Math.min(grainMs, grainMs - ageMs);
}
