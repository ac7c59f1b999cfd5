import type { ContentId } from '../../base/ids.ts';
import type { Stream } from './serve/stream.ts';

/** What goes by a content id here. */
export interface Source {
  id: ContentId;
  /** How somebody may call the file who saves it; missing where it goes by no name. */
  name?: string | undefined;
  /** What its owner says of the file. */
  description?: string | undefined;
  /** The content's own piece layer: of a folder, its listing's. */
  layer: Uint8Array;
  /** A folder's. */
  listing?: Uint8Array | undefined;
  /** The file's bytes, or those of the folder's files. */
  stream: Stream;
}

/** `changed`: it was here until its file changed. `uncovered`: it is not part of what the ticket is for. */
export type Lookup = Source | 'unknown' | 'changed' | 'uncovered';
