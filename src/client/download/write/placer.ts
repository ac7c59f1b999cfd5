import type { PieceRun } from '../../../base/layout.ts';
import { hashBytes, pieceBytes } from '../../../base/merkle.ts';
import type { SmallFiles } from '../../../base/smallFiles.ts';
import type { Disk } from '../disk/disk.ts';
import type { Home } from '../disk/home.ts';
import type { Batches } from '../journal/batches.ts';
import type { Part } from '../journal/part.ts';
import type { Writer } from '../ports.ts';
import type { Buffers } from './buffers.ts';
import { eachOf } from './eachOf.ts';
import { hashingAtOnce, hashingBytes } from './limits.ts';
import { OpenFiles } from './openFiles.ts';
import type { Parcel } from './parcels.ts';
import { SmallPart } from './smallPart.ts';
import type { Verdicts } from './target.ts';
import type { WantedContent } from './wantedContent.ts';

export interface PlacerOptions {
  content: WantedContent;
  home: Home;
  disk: Disk;
  writer: Writer;
  buffers: Buffers;
  batches: Batches;
  /** A piece is verified and written; returns its bytes, or 0 where it was there already. */
  arrived(piece: number): number;
}

/** Has parcels verified and written, and noted for the journal. */
export class Placer {
  readonly #options: PlacerOptions;
  readonly #files: OpenFiles;
  readonly #small: SmallPart;

  constructor(options: PlacerOptions) {
    const { disk, writer, home } = options;
    this.#options = options;
    this.#files = new OpenFiles((file) => home.open(file));
    this.#small = new SmallPart(disk, writer, home.path);
  }

  /** Writes what is right of a parcel, whose memory is taken. */
  async write(parcel: Parcel, bytes: Uint8Array<ArrayBuffer>, tell: Verdicts): Promise<void> {
    const { piece } = parcel;
    if (piece === undefined) await this.#writeSmall(parcel, bytes, tell);
    else await this.#writePiece(parcel.first, piece, bytes, tell);
  }

  /** Has a file open when its first piece comes. */
  async prepare(file: number): Promise<void> {
    (await this.#files.acquire(file)).release();
  }

  /** Makes the files that nothing is in. They have no piece, and with the name of one all of it lasts. */
  async makeEmpty(files: readonly number[]): Promise<void> {
    if (files.length > 0) await this.#options.writer.writeFiles(this.#smallFiles(files), new Uint8Array());
  }

  /** Makes small files of what is under their paths in the folder `from`, where that is right. */
  async copySmall(files: readonly number[], from: string, tell: Verdicts): Promise<void> {
    const verified = await this.#options.writer.copyFiles(this.#smallFiles(files), from);
    await this.#judge(files, verified, tell);
  }

  /** Keeps those pieces of a file that are on the disk in their place, and right. */
  async verify(file: number, { first, count }: PieceRun, tell: Verdicts): Promise<void> {
    const { content, writer } = this.#options;
    const { size, layer } = content.files[file] ?? { size: 0, layer: new Uint8Array() };
    const start = content.layout.ofFile(file).first;
    const step = Math.max(1, Math.floor(hashingBytes / pieceBytes(size)));
    const open = await this.#files.acquire(file);
    const hash = async (at: number): Promise<void> => {
      const most = Math.min(step, first + count - at);
      const nodes = await writer.hashPieces(open.file.fd, size, at - start, most);
      for (let piece = at; piece < at + most; piece++) {
        const node = nodes.subarray((piece - at) * hashBytes, (piece - at + 1) * hashBytes);
        const right = Buffer.compare(node, nodeOf(layer, piece - start)) === 0;
        if (right) await this.#arrived(open, piece, tell);
        else tell.bad(piece);
      }
    };
    try {
      const jobs = Array.from({ length: Math.ceil(count / step) }, (_, number) => first + number * step);
      await eachOf(jobs, hashingAtOnce, hash);
    } finally {
      open.release();
    }
  }

  /** Closes every file, once nothing more is written. */
  close(): Promise<void> {
    return this.#files.close();
  }

  async #writePiece(
    piece: number,
    { file, index }: { file: number; index: number },
    bytes: Uint8Array<ArrayBuffer>,
    tell: Verdicts,
  ): Promise<void> {
    const { content, writer, buffers } = this.#options;
    const { size, layer } = content.files[file] ?? { size: 0, layer: new Uint8Array() };
    const open = await this.#files.acquire(file);
    try {
      const written = await writer.writeVerified(open.file.fd, size, index, bytes, nodeOf(layer, index));
      buffers.giveBack(written.piece);
      if (written.verified) await this.#arrived(open, piece, tell);
      else tell.bad(piece);
    } finally {
      open.release();
    }
  }

  async #writeSmall(parcel: Parcel, bytes: Uint8Array<ArrayBuffer>, tell: Verdicts): Promise<void> {
    const { content, writer, buffers } = this.#options;
    const files = Array.from({ length: parcel.count }, (_, at) => content.layout.place(parcel.first + at).file);
    const written = await writer.writeFiles(this.#smallFiles(files), bytes);
    buffers.giveBack(written.bytes);
    await this.#judge(files, written.verified, tell);
  }

  /** Tells of small files, each of which has one piece. */
  async #judge(files: readonly number[], verified: readonly boolean[], tell: Verdicts): Promise<void> {
    const { layout, paths } = this.#options.content;
    let hold: Promise<void> | undefined;
    for (const [at, file] of files.entries()) {
      const { first } = layout.ofFile(file);
      if (verified[at] === true) {
        this.#small.made(paths?.[file] ?? '');
        const held = this.#arrived(this.#small, first, tell);
        if (held !== undefined) hold = held;
      } else {
        tell.bad(first);
      }
    }
    await hold;
  }

  /** Returns a promise where the disk is behind. What was there already is in the journal, or on its way there. */
  #arrived(part: Part, piece: number, tell: Verdicts): void | Promise<void> {
    const bytes = this.#options.arrived(piece);
    tell.verified(piece, bytes);
    return bytes === 0 ? undefined : this.#options.batches.add(part, piece, bytes);
  }

  #smallFiles(files: readonly number[]): SmallFiles {
    const { content, home } = this.#options;
    const ids = Buffer.allocUnsafeSlow(files.length * hashBytes);
    for (const [at, file] of files.entries()) ids.write(content.files[file]?.id ?? '', at * hashBytes, 'hex');
    return {
      root: home.path,
      paths: files.map((file) => content.paths?.[file] ?? ''),
      sizes: files.map((file) => content.layout.files[file] ?? 0),
      ids: new Uint8Array(ids.buffer),
    };
  }
}

const nodeOf = (layer: Uint8Array, index: number): Uint8Array =>
  layer.subarray(index * hashBytes, (index + 1) * hashBytes);
