/** Files of one piece each, to be made in folders that are there. */
export interface SmallFiles {
  /** The folder that the paths are in. */
  root: string;
  /** Relative to it, with slashes; parsed as such. */
  paths: string[];
  /** Bytes of each. */
  sizes: number[];
  /** The content id of each, 32 bytes, one after another. */
  ids: Uint8Array<ArrayBuffer>;
}
