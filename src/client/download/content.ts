import { pieceBytes, pieceRange } from '../../base/merkle.ts';
import { type Content, fetchRun } from './fetch/fetch.ts';
import type { Source } from './fetch/source.ts';
import type { Job } from './job.ts';
import type { Batches } from './journal/batches.ts';
import type { Part } from './journal/part.ts';
import { recheckBytes } from './limits.ts';
import { OwnerFault } from './plan/faults.ts';
import { nextRun, type PieceRun, type Pieces } from './plan/pieces.ts';
import { assemble } from './write/assemble.ts';
import { PieceWriter } from './write/pieceWriter.ts';

/** A content on its way to its place on the disk. */
export interface Filling {
  content: Content;
  layer: Uint8Array;
  pieces: Pieces;
  part: Part;
  batches: Batches;
}

/** Fetches, verifies and writes every piece that is missing, from one owner after another. */
export async function fill(job: Job, filling: Filling): Promise<void> {
  const { pieces } = filling;
  if (pieces.whole) return;
  await job.crowd.use(async (source) => {
    const bad = new Set<number>();
    while (!pieces.whole) {
      // What this owner has got wrong, another may have right.
      const elsewhere = job.crowd.hasOther(source.owner);
      const run = nextRun(pieces, (index) => elsewhere && bad.has(index));
      if (run === undefined) throw new OwnerFault('failed', `${bad.size} of its pieces do not verify`);
      await fetchPieces(job, filling, source, run, bad);
    }
  });
}

async function fetchPieces(
  job: Job,
  { content, ...filling }: Filling,
  source: Source,
  run: PieceRun,
  bad: Set<number>,
): Promise<void> {
  const { crowd, tally, buffers } = job;
  const writer = new PieceWriter({
    ...filling,
    writer: job.ports.writer,
    buffers,
    verified(bytes) {
      tally.fetched(source.owner.user, bytes);
      crowd.progressed();
    },
    bad(index) {
      bad.add(index);
      const fault = crowd.badPiece(source.owner, index);
      if (fault !== undefined) source.breakOff(fault);
    },
  });
  try {
    const sink = assemble(content.size, run, buffers, (index, piece) => writer.give(index, piece));
    await fetchRun(source, content, run, sink);
  } finally {
    await writer.settle();
  }
  await writer.finish();
}

/**
 * Keeps what an earlier run wrote and did not come to journal: each piece is verified, and written once more, since after
 * a failed sync what is read may never have reached the disk. Hashes a bounded number of bytes; the rest is fetched.
 */
export async function recheck(job: Job, { pieces, layer, part, batches }: Filling): Promise<void> {
  const { size: written } = await part.file.entry();
  let budget = recheckBytes;
  for (let index = 0; index < pieces.count && budget > 0; index++) {
    const { offset, length } = pieceRange(pieces.size, index);
    if (offset + length > written) break;
    if (pieces.has(index)) continue;
    job.request.signal.throwIfAborted();
    budget -= length;
    const piece = job.buffers.take(length, pieceBytes(pieces.size));
    await part.file.read(piece, offset);
    const writer = new PieceWriter({
      part,
      pieces,
      layer,
      batches,
      writer: job.ports.writer,
      buffers: job.buffers,
      verified: (bytes) => job.tally.resumed(bytes),
      bad: () => {},
    });
    await writer.give(index, piece);
    await writer.finish();
  }
}
