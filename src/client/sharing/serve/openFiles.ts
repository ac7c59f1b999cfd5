import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '../../../base/clock.ts';
import { RollcallError } from '../../../base/errors.ts';
import type { SharedFile } from '../content/content.ts';
import { idleFileMs, idleFiles } from '../limits.ts';

interface OpenFile {
  handle: Promise<FileHandle>;
  users: number;
  /** Closes it when it has been idle for a while. */
  timer?: Disposable | undefined;
}

export interface BorrowedFile extends Disposable {
  handle: FileHandle;
}

/** Keeps shared files open from one piece to the next, since a downloader asks for piece after piece. */
export class OpenFiles implements AsyncDisposable {
  readonly #open: (path: string) => Promise<FileHandle>;
  readonly #clock: Clock;
  /** Those that nobody uses stand in the order in which they became idle. */
  readonly #files = new Map<SharedFile, OpenFile>();
  /** Also those that are to be closed when they are given back. */
  readonly #unclosed = new Set<OpenFile>();
  #over = false;

  constructor(open: (path: string) => Promise<FileHandle>, clock: Clock) {
    this.#open = open;
    this.#clock = clock;
  }

  /** How many files are open. */
  get count(): number {
    return this.#unclosed.size;
  }

  /** Dispose of what it returns once; the handle is not to be used afterwards. @throws the system's error */
  async borrow(file: SharedFile): Promise<BorrowedFile> {
    if (this.#over) throw new RollcallError('interrupted', 'sharing has ended');
    const open = this.#files.get(file) ?? { handle: this.#open(file.path), users: 0 };
    this.#files.set(file, open);
    this.#unclosed.add(open);
    open.users += 1;
    open.timer?.[Symbol.dispose]();
    try {
      const handle = await open.handle;
      let borrowed = true;
      const giveBack = (): void => {
        if (borrowed) this.#giveBack(file, open);
        borrowed = false;
      };
      return { handle, [Symbol.dispose]: giveBack };
    } catch (error) {
      if (this.#files.get(file) === open) this.#files.delete(file);
      this.#unclosed.delete(open);
      throw error;
    }
  }

  /** The file is no longer shared: closes it as soon as nobody uses it. */
  forget(file: SharedFile): void {
    const open = this.#files.get(file);
    if (open === undefined) return;
    this.#files.delete(file);
    if (open.users === 0) void this.#close(open);
  }

  #giveBack(file: SharedFile, open: OpenFile): void {
    open.users -= 1;
    if (open.users > 0) return;
    if (this.#files.get(file) !== open) {
      void this.#close(open);
      return;
    }
    this.#files.delete(file);
    this.#files.set(file, open);
    open.timer = this.#clock.after(idleFileMs, () => this.forget(file));
    this.#closeSurplus();
  }

  #closeSurplus(): void {
    let surplus = this.#files.size - idleFiles;
    for (const [file, { users }] of this.#files) {
      if (surplus <= 0) return;
      if (users > 0) continue;
      this.forget(file);
      surplus -= 1;
    }
  }

  async #close(open: OpenFile): Promise<void> {
    open.timer?.[Symbol.dispose]();
    try {
      const handle = await open.handle;
      await handle.close();
    } catch {
      // It was open for reading only, if at all: there is nothing to lose, and nobody to tell.
    }
    this.#unclosed.delete(open);
  }

  /** Closes what is still borrowed as well. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    this.#files.clear();
    await Promise.all(Array.from(this.#unclosed, (open) => this.#close(open)));
  }
}
