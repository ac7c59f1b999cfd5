import type { Random } from '../../../base/random.ts';

/** Puts items into a random order; all orders are equally likely (Fisher and Yates). */
export function shuffle<Item>(items: Item[], random: Random): void {
  for (let at = items.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    const [here, there] = [items[at], items[other]];
    if (here === undefined || there === undefined) continue;
    items[at] = there;
    items[other] = here;
  }
}
