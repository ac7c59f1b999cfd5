import { dirname, join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { RollcallError } from '../../base/errors.ts';
import { collisionKey, type RelativePath, relativePath } from '../../base/names.ts';
import { safeText } from '../../base/safeText.ts';
import { type Disk, type DiskFile, tolerate } from '../download/disk/disk.ts';
import { diskError, requireSpace } from '../download/disk/space.ts';
import { isTemporary } from '../sharing/disk/hidden.ts';
import { maxDropFiles, spaceBytes } from './limits.ts';
import { untilAborted } from './untilAborted.ts';

export interface BatchOptions {
  id: string;
  /** The share folder that it is for. */
  root: string;
  /** Its own hidden folder, which is there. */
  path: string;
  disk: Disk;
  clock: Pick<Clock, 'now' | 'wall'>;
}

/** Files that were dropped together, on their way. */
export class Batch {
  readonly #options: BatchOptions;
  /** What is there or comes, by its path without what file systems do not tell apart. */
  readonly #taken = new Map<string, { kind: 'file' | 'folder'; spelling: string }>();
  readonly #entries = new Set<string>();
  readonly #coming = new Set<Promise<void>>();
  readonly #ending = new AbortController();
  #usedAt: number;

  constructor(options: BatchOptions) {
    this.#options = options;
    this.#usedAt = options.clock.now();
  }

  get id(): string {
    return this.#options.id;
  }

  get root(): string {
    return this.#options.root;
  }

  get path(): string {
    return this.#options.path;
  }

  /** The first parts of the paths that came. */
  get entries(): readonly string[] {
    return [...this.#entries].sort();
  }

  get busy(): boolean {
    return this.#coming.size > 0;
  }

  /** When it was gone on with last, monotonic milliseconds. */
  get usedAt(): number {
    return this.#usedAt;
  }

  /** As the drops' `put`. */
  async put(text: string, bytes: AsyncIterable<Uint8Array>, size: number | undefined): Promise<void> {
    if (this.#ending.signal.aborted) throw this.#ending.signal.reason;
    const path = relativePath(text);
    const taken = this.#take(path);
    const coming = this.#write(path, bytes, size);
    this.#coming.add(coming);
    try {
      await coming;
      this.#entries.add(path.split('/')[0] ?? path);
    } catch (error) {
      this.#taken.delete(taken);
      throw error;
    } finally {
      this.#coming.delete(coming);
      this.#usedAt = this.#options.clock.now();
    }
  }

  /** Takes no more. @throws RollcallError `usage` where files still come, or none came */
  close(): void {
    if (this.busy) throw new RollcallError('usage', 'some files are still on their way: publish when all have come');
    if (this.#entries.size === 0) throw new RollcallError('usage', 'nothing has come yet that could be shared');
    this.#ending.abort(new RollcallError('not-found', 'this drop is finished: open another'));
  }

  /** Ends what comes, and removes all of it. */
  async discard(): Promise<void> {
    this.#ending.abort(new RollcallError('interrupted', 'this drop was discarded'));
    await Promise.allSettled(this.#coming);
    try {
      await this.#options.disk.removeFolder(this.#options.path);
    } catch (error) {
      tolerate(error, 'ENOENT');
    }
  }

  /** Takes a path, and the folders that it is in. @returns its key. @throws RollcallError `exists`, `usage`, `limit` */
  #take(path: RelativePath): string {
    if (this.#taken.size >= maxDropFiles) {
      throw new RollcallError(
        'limit',
        `over ${maxDropFiles} files and folders in one drop: share their folder by its path`,
      );
    }
    const parts = path.split('/');
    if (isTemporary(parts[0] ?? '')) {
      throw new RollcallError(
        'usage',
        `'${safeText(path)}' has a name that unfinished files of ours have: give it another`,
      );
    }
    const key = collisionKey(path);
    if (this.#taken.has(key)) throw there(path);
    const folders = parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
    for (const folder of folders) {
      const known = this.#taken.get(collisionKey(folder));
      if (known !== undefined && (known.kind === 'file' || known.spelling !== folder)) throw there(path);
    }
    // They stay taken, whatever comes of the file: others may be on their way into them.
    for (const folder of folders) this.#taken.set(collisionKey(folder), { kind: 'folder', spelling: folder });
    this.#taken.set(key, { kind: 'file', spelling: path });
    return key;
  }

  async #write(path: RelativePath, bytes: AsyncIterable<Uint8Array>, size: number | undefined): Promise<void> {
    const { disk, root, path: folder, clock } = this.#options;
    const target = join(folder, ...path.split('/'));
    try {
      if (size !== undefined) await requireSpace(disk, root, size);
      await this.#makeFolders(path);
      const file = await disk.open(target, 'make', 0o644);
      let whole = false;
      try {
        await this.#fill(file, bytes, size);
        whole = true;
      } finally {
        await file.close();
        if (!whole) await disk.unlink(target);
      }
      // The sweep of another start goes by it.
      await disk.touch(folder, clock.wall());
    } catch (error) {
      throw await diskError(disk, root, size ?? 0, error);
    }
  }

  async #fill(file: DiskFile, bytes: AsyncIterable<Uint8Array>, size: number | undefined): Promise<void> {
    const { disk, root } = this.#options;
    let at = 0;
    let looked = 0;
    for await (const chunk of untilAborted(bytes, this.#ending.signal)) {
      if (size !== undefined && at + chunk.length > size)
        throw new RollcallError('usage', `more came than the ${size} bytes that were told`);
      if (at - looked >= spaceBytes) {
        await requireSpace(disk, root, Math.max(chunk.length, (size ?? at) - at));
        looked = at;
      }
      await file.write(chunk, at);
      at += chunk.length;
      this.#usedAt = this.#options.clock.now();
    }
    this.#ending.signal.throwIfAborted();
    if (size !== undefined && at < size) {
      throw new RollcallError('unfinished', `only ${at} of ${size} bytes came: hand it over again`);
    }
  }

  async #makeFolders(path: RelativePath): Promise<void> {
    const { disk, path: folder } = this.#options;
    const parts = dirname(path) === '.' ? [] : dirname(path).split('/');
    for (const [depth] of parts.entries()) {
      try {
        await disk.makeFolder(join(folder, ...parts.slice(0, depth + 1)), 0o755);
      } catch (error) {
        tolerate(error, 'EEXIST');
      }
    }
  }
}

const there = (path: string): RollcallError =>
  new RollcallError('exists', `'${safeText(path)}' has come already, or something that goes by its name`);
