import type { Log } from '../base/log.ts';
import type { LogDisk } from './logDisk.ts';

/** Told once: true when the line is on the disk, false when it could not be brought there. */
export type Written = (written: boolean) => void;

export interface JournalOptions {
  disk: LogDisk;
  log: Log;
  /** Takes lines that are on the disk, with their ends. */
  show(lines: string): void;
}

const encoder = new TextEncoder();

/**
 * Appends lines with group commit: those that come while a sync is under way are written together and synced once. They are
 * written, and told of, in the order in which they came.
 */
export class Journal implements AsyncDisposable {
  readonly #options: JournalOptions;
  #waiting: { line: string; written: Written }[] = [];
  #running: Promise<void> | undefined;
  /** The file ends in the middle of a line. */
  #torn: boolean;
  #failing = false;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#torn = options.disk.torn;
  }

  append(line: string, written: Written): void {
    this.#waiting.push({ line, written });
    this.#running ??= this.#run();
  }

  /** Writes what waits, and closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running;
    await this.#options.disk.close();
  }

  async #run(): Promise<void> {
    // Lines that come in the same turn, such as those of one segment, are one batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const lines = `${batch.map(({ line }) => line).join('\n')}\n`;
      const committed = await this.#commit(lines);
      if (committed) this.#options.show(lines);
      for (const { written } of batch) written(committed);
    }
    this.#running = undefined;
  }

  async #commit(lines: string): Promise<boolean> {
    const { disk, log } = this.#options;
    const bytes = encoder.encode(this.#torn ? `\n${lines}` : lines);
    let taken = 0;
    try {
      while (taken < bytes.length) {
        const more = await disk.write(bytes.subarray(taken));
        if (more === 0) throw new Error('the file takes no more bytes');
        taken += more;
      }
      await disk.sync();
    } catch (error) {
      if (!this.#failing) log.error({ error: String(error) }, 'the log cannot be written: calls are answered with 1');
      this.#failing = true;
      await this.#takeBack(taken);
      return false;
    }
    if (this.#failing) log.warn({}, 'the log can be written again');
    this.#failing = false;
    this.#torn = false;
    return true;
  }

  /** Those who sent these lines are told that they are not there, and will send them again. */
  async #takeBack(bytes: number): Promise<void> {
    if (bytes === 0) return;
    const { disk, log } = this.#options;
    try {
      await disk.takeBack(bytes);
    } catch (error) {
      this.#torn = true;
      log.debug({ error: String(error) }, 'what was written of these lines stays');
    }
  }
}
