import { RollcallError } from '../../../base/errors.ts';
import type { ContentId } from '../../../base/ids.ts';
import type { Layout, PieceRun } from '../../../base/layout.ts';
import type { ResourceKind } from '../../../base/roll.ts';
import type { Pieces } from '../plan/pieces.ts';
import { assemble } from './assemble.ts';
import { Backlog } from './backlog.ts';
import type { Parcel } from './parcels.ts';
import { Placer, type PlacerOptions } from './placer.ts';
import { Reader } from './reader.ts';
import type { RunSink, Target, Verdicts } from './target.ts';
import type { FileContent } from './wantedContent.ts';

/** Pieces that an earlier start had, and all that a placer needs. */
export interface ContentTargetOptions extends Omit<PlacerOptions, 'arrived'> {
  pieces: Pieces;
}

/** A content on its way to the disk, read and written by several at once. */
export class ContentTarget implements Target {
  readonly id: ContentId;
  readonly kind: ResourceKind;
  readonly layout: Layout;
  readonly listing: Uint8Array | undefined;
  readonly files: readonly FileContent[];
  readonly #options: ContentTargetOptions;
  readonly #pieces: Pieces;
  readonly #placer: Placer;
  readonly #reader: Reader;
  readonly #backlog = new Backlog();
  readonly #watchers = new Set<(piece: number) => void>();
  #failure: { error: unknown } | undefined;

  constructor(options: ContentTargetOptions) {
    const { content, pieces, disk, home } = options;
    this.id = content.id;
    this.kind = content.kind;
    this.layout = content.layout;
    this.listing = content.listing;
    this.files = content.files;
    this.#options = options;
    this.#pieces = pieces;
    this.#placer = new Placer({ ...options, arrived: (piece) => this.#arrived(piece) });
    this.#reader = new Reader(content.layout, (file) => disk.open(home.pathOf(file), 'read'));
  }

  get whole(): boolean {
    return this.#pieces.whole;
  }

  get missingBytes(): number {
    return this.#pieces.missingBytes;
  }

  has(piece: number): boolean {
    return this.#pieces.has(piece);
  }

  /** True where every piece of a run is here. */
  hasAll(run: PieceRun): boolean {
    return this.#pieces.hasAll(run);
  }

  runs(): PieceRun[] {
    return this.#pieces.runs();
  }

  watch(added: (piece: number) => void): Disposable {
    // The same function may watch twice.
    const watcher = (piece: number): void => added(piece);
    this.#watchers.add(watcher);
    return { [Symbol.dispose]: () => void this.#watchers.delete(watcher) };
  }

  read(into: Uint8Array, offset: number): Promise<void> {
    return this.#reader.read(into, offset);
  }

  open(run: PieceRun, tell: Verdicts): RunSink {
    const { content, buffers, batches } = this.#options;
    const given = new Set<Promise<void>>();
    const give = (parcel: Parcel, bytes: Uint8Array<ArrayBuffer>): void | Promise<void> => {
      this.#throwFailure();
      const placing = this.#write(parcel, bytes, tell).finally(() => given.delete(placing));
      given.add(placing);
      return (this.#backlog.room() ?? batches.room())?.then(() => this.#throwFailure());
    };
    const { take, end } = assemble(run, {
      layout: this.layout,
      small: content.kind === 'folder',
      buffers,
      give,
    });
    return {
      take,
      settle: async () => {
        try {
          await end();
        } finally {
          while (given.size > 0) await Promise.all(given);
        }
        this.#throwFailure();
      },
    };
  }

  /** Makes small files of what is under their paths in the folder `from`, where that is right. */
  copySmall(files: readonly number[], from: string, tell: Verdicts): Promise<void> {
    return this.#placer.copySmall(files, from, tell);
  }

  /** Keeps those pieces of a file that are on the disk in their place, and right. */
  verify(file: number, run: PieceRun, tell: Verdicts): Promise<void> {
    return this.#placer.verify(file, run, tell);
  }

  /** Opens a file on its own before a byte is asked for: a disk that refuses it costs nobody anything. */
  async prepare(): Promise<void> {
    if (this.kind === 'file') await this.#placer.prepare(0);
  }

  /** Makes the files that nothing is in. */
  makeEmpty(files: readonly number[]): Promise<void> {
    return this.#placer.makeEmpty(files);
  }

  /** Waits for what is being written, and takes nothing more. It can still be read. */
  async endWriting(): Promise<void> {
    this.#failure ??= { error: new RollcallError('interrupted', 'nothing more is written: the download is over') };
    await this.#backlog.empty();
  }

  /**
   * To be called once nothing is written any more and all is in the journal. While it is published, nothing is read; then
   * it is read at the path that `publish` returns.
   */
  async published(publish: () => Promise<string>): Promise<string> {
    const { home } = this.#options;
    // Some systems move no folder in which a file is open.
    await this.#placer.close();
    return await this.#reader.still(async () => {
      home.path = await publish();
      return home.path;
    });
  }

  /** To be called once the journal needs no part of it any more: nothing is read either. */
  async close(): Promise<void> {
    await this.#placer.close();
    await this.#reader.close();
  }

  /** Never rejects: who gives next, or waits for the end, is told. */
  async #write(parcel: Parcel, bytes: Uint8Array<ArrayBuffer>, tell: Verdicts): Promise<void> {
    const memory = bytes.buffer.byteLength;
    this.#backlog.enter(memory);
    try {
      await this.#placer.write(parcel, bytes, tell);
    } catch (error) {
      this.#failure ??= { error };
    } finally {
      this.#backlog.leave(memory);
    }
  }

  #arrived(piece: number): number {
    const bytes = this.#pieces.add(piece);
    // Who begins to watch just now has seen that it is here.
    if (bytes > 0) for (const added of [...this.#watchers]) added(piece);
    return bytes;
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
