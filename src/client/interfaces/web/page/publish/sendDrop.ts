import type { TermsBody } from '../../api/bodies.ts';
import type { Calls } from '../calls/calls.ts';
import type { DroppedFile } from './dropped.ts';

/** Puts one file; tells how much of it has gone. @throws Problem */
export type PutFile = (
  drop: string,
  file: DroppedFile,
  sent: (bytes: number) => void,
  signal: AbortSignal,
) => Promise<void>;

export interface Sending {
  files: readonly DroppedFile[];
  terms: TermsBody;
  calls: Pick<Calls, 'openDrop' | 'publishDrop' | 'discardDrop'>;
  put: PutFile;
  /** Bytes of all of them that have gone. */
  sent(bytes: number): void;
  signal: AbortSignal;
}

/** Puts all files, one after another, and shares them once all are there; where that fails, none is kept. @throws Problem */
export async function sendDrop({ files, terms, calls, put, sent, signal }: Sending): Promise<void> {
  const { drop } = await calls.openDrop();
  try {
    let before = 0;
    for (const file of files) {
      signal.throwIfAborted();
      await put(drop, file, (bytes) => sent(before + bytes), signal);
      before += file.file.size;
      sent(before);
    }
    signal.throwIfAborted();
    await calls.publishDrop(drop, terms);
  } catch (error) {
    // The first failure is what a person has to know of; what is left over the server discards by itself.
    await calls.discardDrop(drop).catch(() => undefined);
    throw error;
  }
}
