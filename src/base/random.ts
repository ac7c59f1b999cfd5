/** Chance as an argument: uniform in [0, 1), as `Math.random`. Never used for secrets. */
export type Random = () => number;

/** `ms` spread uniformly over ±`share` of itself: jitter(2000, 0.1, random) is 1800…2200. */
export function jitter(ms: number, share: number, random: Random): number {
  return ms * (1 + share * (2 * random() - 1));
}
