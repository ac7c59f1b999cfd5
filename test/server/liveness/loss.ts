import type { Random } from '../../../src/base/random.ts';

/** Says of each datagram at its time whether it is lost. */
export type Loss = (now: number) => boolean;

/** Each by itself. */
export const independent =
  (share: number, random: Random): Loss =>
  () =>
    random() < share;

/**
 * In bursts (Gilbert and Elliott): a path is good or bad, loses everything while it is bad, and changes at a constant
 * rate. The mean loss is `badMs / (goodMs + badMs)`.
 */
export function bursts(goodMs: number, badMs: number, random: Random): Loss {
  let bad = random() < badMs / (goodMs + badMs);
  const stay = (): number => -Math.log(1 - random()) * (bad ? badMs : goodMs);
  let until = stay();
  return (now) => {
    while (now >= until) {
      bad = !bad;
      until += stay();
    }
    return bad;
  };
}
