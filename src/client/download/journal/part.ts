/** Where verified pieces are written. */
export interface Part {
  /** Makes what was written so far last. */
  datasync(): Promise<void>;
  /** It is needed until `release`: once for each `hold`. */
  hold(): void;
  release(): void;
}
