/** How uploads take turns. */
export interface TurnRules {
  /** Uploads that move bytes at a time. */
  slots: number;
  /** Uploads under way at once: in all, of one address but loopback, and of one key; those that wait for a turn count. */
  uploads: number;
  uploadsOfAddress: number;
  uploadsOfOne: number;
  /** Milliseconds without taking any byte after which a reader's slot goes to the next. */
  lendAfterMs: number;
  /** Milliseconds without taking any byte after which an upload makes room for whoever comes. */
  stalledMs: number;
  /** Milliseconds since its first turn before an upload may have to make room for somebody who has fewer. */
  yieldAfterMs: number;
  /** Milliseconds for which somebody who was turned away keeps his place in the line. */
  keepPlaceMs: number;
  /** Places that are kept so at once. */
  keptPlaces: number;
}
