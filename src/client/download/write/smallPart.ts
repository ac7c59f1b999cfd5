import type { Disk } from '../disk/disk.ts';
import type { Part } from '../journal/part.ts';
import type { Writer } from '../ports.ts';
import { syncFiles, togetherFiles } from './limits.ts';

/** The small files that were made, as one part of a batch: synced together, where the system can do that. */
export class SmallPart implements Part {
  readonly #disk: Pick<Disk, 'syncTogether'>;
  readonly #writer: Pick<Writer, 'syncFiles'>;
  readonly #root: string;
  #made: string[] = [];

  constructor(disk: Pick<Disk, 'syncTogether'>, writer: Pick<Writer, 'syncFiles'>, root: string) {
    this.#disk = disk;
    this.#writer = writer;
    this.#root = root;
  }

  /** A file was written that the next sync is to make last. */
  made(path: string): void {
    this.#made.push(path);
  }

  async datasync(): Promise<void> {
    const paths = this.#made;
    this.#made = [];
    if (paths.length >= togetherFiles && (await this.#disk.syncTogether(this.#root))) return;
    const jobs: Promise<void>[] = [];
    for (let at = 0; at < paths.length; at += syncFiles) {
      jobs.push(this.#writer.syncFiles(this.#root, paths.slice(at, at + syncFiles)));
    }
    await Promise.all(jobs);
  }

  hold(): void {}

  release(): void {}
}
