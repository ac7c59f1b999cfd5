import { hash } from 'node:crypto';
import { RollcallError } from '../../../base/errors.ts';
import type { ContentId } from '../../../base/ids.ts';
import { hashBytes, leafBytes, leafCount, leavesFit } from '../../../base/merkle.ts';
import { knownLeafBytes } from '../limits.ts';
import type { Reader } from './parts.ts';
import type { Stream } from './stream.ts';

/** The leaves of files, for programs that know hashes of equal parts and no trees. The last ones are remembered. */
export class Leaves {
  readonly #reader: Reader;
  /** Oldest first. */
  readonly #known = new Map<ContentId, Uint8Array>();
  /** Ends when what was asked for before has been read: one file at a time, since each takes all its leaves in memory. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** @throws what reading throws, RollcallError `changed` where they do not fit the id, the signal's reason */
  async of(id: ContentId, stream: Stream, signal: AbortSignal): Promise<Uint8Array> {
    const turn = this.#before.then(async () => this.#known.get(id) ?? (await this.#read(id, stream, signal)));
    this.#before = turn.catch(() => {
      // Told to whoever asked; the next one's are another matter.
    });
    return await turn;
  }

  /** Chunks are small, and are read without holding up the thread. */
  async #read(id: ContentId, stream: Stream, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    const { size } = stream.layout;
    const leaves = new Uint8Array(leafCount(size) * hashBytes);
    let at = 0;
    for await (const chunk of stream.read({ start: 0, end: size }, this.#reader)) {
      signal.throwIfAborted();
      for (let from = 0; from < chunk.length; from += leafBytes) {
        leaves.set(hash('sha256', chunk.subarray(from, from + leafBytes), 'buffer'), at);
        at += hashBytes;
      }
    }
    if (!leavesFit(leaves, size, id)) throw new RollcallError('changed', 'the file is no longer what was announced');
    this.#remember(id, leaves);
    return leaves;
  }

  #remember(id: ContentId, leaves: Uint8Array): void {
    this.#known.set(id, leaves);
    let bytes = 0;
    for (const known of this.#known.values()) bytes += known.length;
    for (const [oldest, known] of this.#known) {
      if (bytes <= knownLeafBytes) return;
      this.#known.delete(oldest);
      bytes -= known.length;
    }
  }
}
