import type { PieceRun } from '../../../base/layout.ts';
import type { PartialContent } from '../../../base/partialContent.ts';

/** Takes the bytes of an answer; each chunk is valid for the call. A promise holds the flow until it settles. */
export type Sink = (chunk: Uint8Array) => void | Promise<void>;

/** A content on its way to the disk. */
export interface Target extends PartialContent {
  /** True once every piece is here. */
  readonly whole: boolean;
  /** Takes a run of pieces of the stream, byte by byte in order, and has each verified and written. */
  open(run: PieceRun, tell: Verdicts): RunSink;
}

/** Each piece of a run that came whole is told of once; none after `settle` resolved. */
export interface Verdicts {
  /** Verified and written. `bytes` is 0 where it was here already. */
  verified(piece: number, bytes: number): void;
  bad(piece: number): void;
}

export interface RunSink {
  /** @throws what writing an earlier piece threw; RangeError for more bytes than the run has */
  readonly take: Sink;
  /** No more bytes come: waits for what was given. A piece that is not whole is lost. @throws what writing one of them threw */
  settle(): Promise<void>;
}
