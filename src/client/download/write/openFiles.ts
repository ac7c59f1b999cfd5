import { RollcallError } from '../../../base/errors.ts';
import type { DiskFile } from '../disk/disk.ts';
import type { Part } from '../journal/part.ts';
import { idleFiles } from './limits.ts';

/** An open file that somebody needs. It is a part of a batch, too. */
export interface OpenFile extends Part {
  readonly file: DiskFile;
}

interface Entry {
  number: number;
  opening: Promise<DiskFile>;
  /** How many need it; the file stays open for a while where nobody does. */
  uses: number;
  /** Once it is open. */
  open?: OpenFile | undefined;
}

/** Files by their number, opened when one is first needed. A bounded number of them stays open though nobody needs them. */
export class OpenFiles {
  readonly #open: (number: number) => Promise<DiskFile>;
  readonly #entries = new Map<number, Entry>();
  /** The one that was needed last comes last. */
  readonly #idle = new Set<Entry>();
  readonly #closing = new Set<Promise<void>>();
  #closed = false;
  /** While everything is closed; resolves when files may be opened again. */
  #still: Promise<void> | undefined;
  #whenUnused: (() => void) | undefined;

  constructor(open: (number: number) => Promise<DiskFile>) {
    this.#open = open;
  }

  /** To be released once. @throws the system's error; RollcallError `interrupted` where it was closed */
  async acquire(number: number): Promise<OpenFile> {
    while (this.#still !== undefined) await this.#still;
    if (this.#closed) throw new RollcallError('interrupted', 'the download was stopped');
    const entry = this.#entries.get(number) ?? this.#enter(number);
    this.#hold(entry);
    try {
      const file = await entry.opening;
      entry.open ??= this.#openFile(entry, file);
      return entry.open;
    } catch (error) {
      if (this.#entries.get(number) === entry) this.#entries.delete(number);
      entry.uses--;
      this.#unused();
      throw error;
    }
  }

  /** Waits until nobody needs one, and closes all. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#closeAll();
  }

  /** Does `act` while all files are closed: some systems move no folder in which one is open. */
  async still<T>(act: () => Promise<T>): Promise<T> {
    let goOn = (): void => {};
    this.#still = new Promise((resolve) => {
      goOn = resolve;
    });
    try {
      await this.#closeAll();
      return await act();
    } finally {
      this.#still = undefined;
      goOn();
    }
  }

  #enter(number: number): Entry {
    const entry: Entry = { number, opening: this.#open(number), uses: 0 };
    this.#entries.set(number, entry);
    return entry;
  }

  #openFile(entry: Entry, file: DiskFile): OpenFile {
    return {
      file,
      datasync: () => file.datasync(),
      hold: () => this.#hold(entry),
      release: () => this.#release(entry),
    };
  }

  #hold(entry: Entry): void {
    entry.uses++;
    this.#idle.delete(entry);
  }

  #release(entry: Entry): void {
    if (--entry.uses > 0) return;
    this.#idle.add(entry);
    const [oldest] = this.#idle;
    if (oldest !== undefined && this.#idle.size > idleFiles) this.#close(oldest);
    this.#unused();
  }

  /** Closing what was read, or was synced before, has nothing to tell. */
  #close(entry: Entry): void {
    this.#idle.delete(entry);
    this.#entries.delete(entry.number);
    const closing = Promise.resolve(entry.open?.file.close())
      .catch(() => {})
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #unused(): void {
    if (this.#idle.size === this.#entries.size) this.#whenUnused?.();
  }

  async #closeAll(): Promise<void> {
    if (this.#idle.size < this.#entries.size) {
      await new Promise<void>((resolve) => {
        this.#whenUnused = resolve;
      });
    }
    for (const entry of [...this.#idle]) this.#close(entry);
    await Promise.all(this.#closing);
  }
}
