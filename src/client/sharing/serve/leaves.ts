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
  /** Bytes of those that are being put together, to be remembered. */
  #gathering = 0;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /**
   * Tells them as the file is read, which is without holding up the thread; those that are remembered at once.
   * @throws what reading throws, RollcallError `changed` before the last ones where they do not fit the id
   */
  async *of(id: ContentId, stream: Stream): AsyncGenerator<Uint8Array, void, undefined> {
    const known = this.#known.get(id);
    if (known !== undefined) {
      yield known;
      return;
    }
    const { size } = stream.layout;
    const bytes = leafCount(size) * hashBytes;
    // Where too many are put together already, whoever asked is told all the same, and checks them himself.
    const all = new Uint8Array(this.#gathering + bytes > knownLeafBytes ? 0 : bytes);
    this.#gathering += all.length;
    try {
      let at = 0;
      for await (const chunk of stream.read({ start: 0, end: size }, this.#reader)) {
        const leaves = leavesOf(chunk);
        if (all.length > 0) all.set(leaves, at);
        at += leaves.length;
        if (at === all.length) this.#remember(id, size, all);
        yield leaves;
      }
    } finally {
      this.#gathering -= all.length;
    }
  }

  /** @throws RollcallError `changed` */
  #remember(id: ContentId, size: number, leaves: Uint8Array): void {
    if (!leavesFit(leaves, size, id)) throw new RollcallError('changed', 'the file is no longer what was announced');
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

/** Of a part of a file that begins where a leaf does, and ends where one or the file does. */
function leavesOf(part: Uint8Array): Uint8Array {
  const leaves = new Uint8Array(leafCount(part.length) * hashBytes);
  for (let at = 0, from = 0; from < part.length; at += hashBytes, from += leafBytes) {
    leaves.set(hash('sha256', part.subarray(from, from + leafBytes), 'buffer'), at);
  }
  return leaves;
}
