import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
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
  /** The real one where it is missing. */
  disk?: Disk | undefined;
  /** This process where it is missing. */
  claimant?: Claimant | undefined;
  /** Verified bytes a journal batch; see limits.ts. */
  batchBytes?: number | undefined;
}

/** Hashes and writes away from the thread that moves bytes. */
export interface Writer {
  /**
   * Writes piece `index` of a file of `size` bytes to its place, if `expected` is its node of the piece layer; says
   * whether it was. The piece's memory is taken, and comes back in `piece`. Rejects with the system's code, as ENOSPC.
   */
  writeVerified(
    file: number,
    size: number,
    index: number,
    piece: Uint8Array<ArrayBuffer>,
    expected: Uint8Array,
  ): Promise<{ verified: boolean; piece: Uint8Array<ArrayBuffer> }>;
}
