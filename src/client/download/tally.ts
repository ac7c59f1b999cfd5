import type { BytesFrom, DownloadProgress, DownloadRequest } from './request.ts';

/** Counts what is verified, and whose it was. */
export class Tally {
  readonly #progress: DownloadProgress;
  readonly #tell: DownloadRequest['onProgress'];
  readonly #bytesFrom = new Map<string, number>();

  /** `size` in bytes. */
  constructor(size: number, tell: DownloadRequest['onProgress']) {
    this.#progress = { bytes: 0, size, resumedBytes: 0 };
    this.#tell = tell;
  }

  get bytes(): number {
    return this.#progress.bytes;
  }

  get size(): number {
    return this.#progress.size;
  }

  resumed(bytes: number): void {
    this.#progress.resumedBytes += bytes;
    this.#add(bytes);
  }

  fetched(user: string, bytes: number): void {
    this.#bytesFrom.set(user, (this.#bytesFrom.get(user) ?? 0) + bytes);
    this.#add(bytes);
  }

  /** Who sent how much of it, most bytes first. */
  from(): BytesFrom[] {
    return Array.from(this.#bytesFrom, ([owner, bytes]) => ({ owner, bytes })).sort((a, b) => b.bytes - a.bytes);
  }

  #add(bytes: number): void {
    this.#progress.bytes += bytes;
    if (bytes > 0) this.#tell?.({ ...this.#progress });
  }
}
