import type { PieceRun } from '../../../base/layout.ts';
import type { Disk, DiskFile } from '../disk/disk.ts';
import { maxJournalBytes } from '../limits.ts';
import {
  goneLine,
  headerLine,
  type JournalHeader,
  type JournalText,
  parseJournal,
  partLine,
  runLine,
} from './lines.ts';

/** What a download has on disk, as far as it may be believed after a crash. */
export class Journal {
  readonly #file: DiskFile;
  #bytes: number;

  private constructor(file: DiskFile, bytes: number) {
    this.#file = file;
    this.#bytes = bytes;
  }

  /** Starts a journal where none is. */
  static async make(disk: Disk, path: string, header: JournalHeader): Promise<Journal> {
    const journal = new Journal(await disk.open(path, 'make', 0o600), 0);
    try {
      await journal.#append(headerLine(header));
      return journal;
    } catch (error) {
      await journal.close();
      await disk.unlink(path);
      throw error;
    }
  }

  /** Opens one to go on with it, rid of its torn end; nothing where it is none of ours. */
  static async reopen(disk: Disk, path: string): Promise<{ journal: Journal; text: JournalText } | undefined> {
    const file = await disk.open(path, 'update');
    try {
      const text = await readText(file);
      if (text !== undefined) {
        await file.truncate(text.goodBytes);
        return { journal: new Journal(file, text.goodBytes), text };
      }
    } catch (error) {
      await file.close();
      throw error;
    }
    await file.close();
    return undefined;
  }

  /** Which temporary the journal speaks of. */
  bind(inode: bigint): Promise<void> {
    return this.#append(partLine(inode));
  }

  /** To be called once the pieces' bytes have been synced. */
  async record(runs: readonly PieceRun[]): Promise<void> {
    await this.#append(runs.map(runLine).join(''));
    await this.#file.datasync();
  }

  /** What it said of these pieces is not so any more. */
  async forget(runs: readonly PieceRun[]): Promise<void> {
    await this.#append(runs.map(goneLine).join(''));
    await this.#file.datasync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #append(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    await this.#file.write(bytes, this.#bytes);
    this.#bytes += bytes.length;
  }
}

async function readText(file: DiskFile): Promise<JournalText | undefined> {
  const { kind, size, ours } = await file.entry();
  if (kind !== 'file' || !ours || size > maxJournalBytes) return undefined;
  const bytes = new Uint8Array(size);
  return parseJournal(new TextDecoder('latin1').decode(bytes.subarray(0, await file.read(bytes, 0))));
}

/** What a journal says, without a change to it; nothing where it is none of ours. */
export async function peek(disk: Disk, path: string): Promise<JournalText | undefined> {
  const file = await disk.open(path, 'update');
  try {
    return await readText(file);
  } finally {
    await file.close();
  }
}
