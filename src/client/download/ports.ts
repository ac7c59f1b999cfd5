import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { PassOn } from '../../base/partialContent.ts';
import type { Random } from '../../base/random.ts';
import type { RateLimit } from '../../base/rateLimit.ts';
import type { SmallFiles } from '../../base/smallFiles.ts';
import type { Identity } from '../../net/identity/identity.ts';
import type { Transport } from '../../net/transport/transport.ts';
import type { Claimant } from './disk/claimant.ts';
import type { Disk } from './disk/disk.ts';

/** What a download stands on. */
export interface DownloadPorts {
  identity: Identity;
  transport: Pick<Transport, 'dialHttp'>;
  clock: Clock;
  random: Random;
  log: Log;
  writer: Writer;
  /** On the bytes that come in; unlimited where it is missing. */
  limit?: RateLimit | undefined;
  /** Hands on what has come to others; where it is missing, nobody does. */
  passOn?: PassOn | undefined;
  /** The real one where it is missing. */
  disk?: Disk | undefined;
  /** This process where it is missing. */
  claimant?: Claimant | undefined;
  /** Verified bytes a journal batch; see limits.ts. */
  batchBytes?: number | undefined;
}

/** Hashes and writes away from the thread that moves bytes. Rejects with the system's code, as ENOSPC. */
export interface Writer {
  /** Work will come: starts what it takes, so that the first does not wait for it. */
  prepare(): void;
  /**
   * Writes piece `index` of a file of `size` bytes to its place, if `expected` is its node of the piece layer; says
   * whether it was. The piece's memory is taken, and comes back in `piece`.
   */
  writeVerified(
    file: number,
    size: number,
    index: number,
    piece: Uint8Array<ArrayBuffer>,
    expected: Uint8Array,
  ): Promise<{ verified: boolean; piece: Uint8Array<ArrayBuffer> }>;
  /** The nodes of the pieces `first` … `first + count - 1` of an open file of `size` bytes. */
  hashPieces(file: number, size: number, first: number, count: number): Promise<Uint8Array>;
  /**
   * Makes those of the files whose content, one after another in `bytes`, is the right one; says which. Nothing is
   * synced. The memory is taken, and comes back in `bytes`.
   */
  writeFiles(
    files: SmallFiles,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<{ verified: boolean[]; bytes: Uint8Array<ArrayBuffer> }>;
  /**
   * As `writeFiles`, with what is under the same paths in the folder `from`, which may be the same one: then what is right
   * is written once more. Says which were right.
   */
  copyFiles(files: SmallFiles, from: string): Promise<boolean[]>;
  /** Makes what was written to the files last. */
  syncFiles(root: string, paths: readonly string[]): Promise<void>;
}
