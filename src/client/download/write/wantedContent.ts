import type { ContentId } from '../../../base/ids.ts';
import type { Layout } from '../../../base/layout.ts';
import type { ResourceKind } from '../../../base/roll.ts';
import type { FolderListing } from '../../../net/wire/listing.ts';

/** What a content is made of. */
export interface WantedContent {
  readonly id: ContentId;
  readonly kind: ResourceKind;
  readonly layout: Layout;
  readonly files: readonly FileContent[];
  /** Of a folder: its listing as it was verified, and the path of each file in it. */
  readonly listing?: Uint8Array | undefined;
  readonly paths?: readonly string[] | undefined;
}

/** A file of a content, with the nodes that its pieces have to fit. */
export interface FileContent {
  readonly id: ContentId;
  /** Bytes. */
  readonly size: number;
  readonly layer: Uint8Array;
}

/** The files of a listing. `layers`, by the file's number, of those with more than one piece. */
export const filesOf = (listing: FolderListing, layers: ReadonlyMap<number, Uint8Array>): FileContent[] =>
  listing.files.map((file, number) => new ListedContent(file.id, file.size, layers.get(number)));

/** Makes the layer of a small file once it is asked for: among 200,000 nobody may ask. */
class ListedContent implements FileContent {
  readonly id: ContentId;
  readonly size: number;
  #layer: Uint8Array | undefined;

  constructor(id: ContentId, size: number, layer: Uint8Array | undefined) {
    this.id = id;
    this.size = size;
    this.#layer = layer;
  }

  get layer(): Uint8Array {
    this.#layer ??= this.size === 0 ? new Uint8Array() : Buffer.from(this.id, 'hex');
    return this.#layer;
  }
}
