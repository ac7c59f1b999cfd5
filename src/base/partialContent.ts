import type { ContentId } from './ids.ts';
import type { Layout, PieceRun } from './layout.ts';
import type { ResourceKind } from './roll.ts';

/** A content of which some pieces are here, verified, while the others still come. */
export interface PartialContent {
  readonly id: ContentId;
  readonly kind: ResourceKind;
  readonly layout: Layout;
  /** A folder's listing, as it was verified. */
  readonly listing?: Uint8Array | undefined;
  /** In the layout's order. A file of one piece has its id for its layer. */
  readonly files: readonly { id: ContentId; size: number; layer: Uint8Array }[];
  has(piece: number): boolean;
  /** The pieces that are here now. */
  runs(): PieceRun[];
  /** Tells of each piece once it is verified and written, until disposed of. */
  watch(added: (piece: number) => void): Disposable;
  /**
   * Reads `into.length` bytes of the stream from `offset`, all within pieces that are here. To be called until the
   * passing on was told `finished` or was disposed of.
   * @throws the system's error where the disk fails
   */
  read(into: Uint8Array, offset: number): Promise<void>;
}

/** Hands a content on to others while it is still being fetched. */
export type PassOn = (content: PartialContent) => PassingOn;

/** Dispose of it where the fetching failed or was stopped: then nothing of it is served any more. */
export interface PassingOn extends AsyncDisposable {
  /** All of it is verified and published at this path: it goes on from there. Resolves when `read` is needed no more. */
  finished(path: string): Promise<void>;
}
