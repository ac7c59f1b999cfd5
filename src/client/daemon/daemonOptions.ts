import { resolve } from 'node:path';
import type { Log } from '../../base/log.ts';
import type { Traffic } from '../contract.ts';
import type { Stamp } from '../session/session.ts';
import type { DaemonSettings } from './daemon.ts';

export interface DaemonOptions {
  /** The folder with the key and what is remembered; absolute. */
  home: string;
  /** Absolute, as the share folder. */
  downloads: string;
  shareFolder: string;
  /** 0 lets the system choose. */
  peerPort: number;
  /** The address to serve at; every address of the machine where it is missing. */
  host?: string | undefined;
  traffic: Traffic;
  /** Downloads that run at a time. */
  downloadSlots: number;
  classic?: boolean | undefined;
  /** Answers nobody in plain HTTP, not even by links that were made for it. */
  refusePlain?: boolean | undefined;
  /** Shared for this run: a file as itself, of a folder each entry. Absolute. */
  share?: readonly string[] | undefined;
  stamp?: Stamp | undefined;
  /** Address of the date service that stamps; this machine's clock does where it is missing. */
  dateService?: string | undefined;
  /** Told what the daemon's own log has, too. */
  log: Log;
  /** Ends a joining that is under way; the daemon ends by being disposed of. */
  signal: AbortSignal;
}

/** The settings that it starts with. */
export const settingsOf = ({
  traffic,
  downloadSlots,
  downloads,
  shareFolder,
  peerPort,
}: DaemonOptions): DaemonSettings => ({
  limitUp: traffic.limitUp ?? null,
  limitDown: traffic.limitDown ?? null,
  uploadSlots: traffic.uploadSlots,
  maxOwners: traffic.maxOwners,
  downloadSlots,
  downloads: resolve(downloads),
  shareFolder: resolve(shareFolder),
  peerPort,
});

export const trafficOf = ({ limitUp, limitDown, uploadSlots, maxOwners }: DaemonSettings): Traffic => ({
  limitUp: limitUp ?? undefined,
  limitDown: limitDown ?? undefined,
  uploadSlots,
  maxOwners,
});
