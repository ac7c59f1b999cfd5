import { RollcallError } from '../../../base/errors.ts';
import type { Layout } from '../../../base/layout.ts';
import type { DiskFile } from '../disk/disk.ts';
import { eachOf } from './eachOf.ts';
import { readingAtOnce } from './limits.ts';
import { OpenFiles } from './openFiles.ts';

/** Bytes of one file, and where they go. */
interface Stretch {
  file: number;
  offset: number;
  into: Uint8Array;
}

/** Reads the stream of a content from its files. */
export class Reader {
  readonly #layout: Layout;
  readonly #files: OpenFiles;

  /** `open` opens a file by its number. */
  constructor(layout: Layout, open: (file: number) => Promise<DiskFile>) {
    this.#layout = layout;
    this.#files = new OpenFiles(open);
  }

  /** @throws the system's error; RollcallError `changed` where a file became shorter */
  read(into: Uint8Array, offset: number): Promise<void> {
    return eachOf(stretches(this.#layout, into, offset), readingAtOnce, (stretch) => this.#read(stretch));
  }

  /** Does `act` while no file is open; who reads waits. */
  still<T>(act: () => Promise<T>): Promise<T> {
    return this.#files.still(act);
  }

  close(): Promise<void> {
    return this.#files.close();
  }

  async #read({ file, offset, into }: Stretch): Promise<void> {
    const open = await this.#files.acquire(file);
    try {
      const count = await open.file.read(into, offset);
      if (count < into.length) throw new RollcallError('changed', 'a file became shorter while it was read');
    } finally {
      open.release();
    }
  }
}

function* stretches(layout: Layout, into: Uint8Array, start: number): Generator<Stretch> {
  for (let at = 0; at < into.length; ) {
    const { file } = layout.place(layout.at(start + at));
    const begin = layout.place(layout.ofFile(file).first).offset;
    const offset = start + at - begin;
    const length = Math.min((layout.files[file] ?? 0) - offset, into.length - at);
    yield { file, offset, into: into.subarray(at, at + length) };
    at += length;
  }
}
