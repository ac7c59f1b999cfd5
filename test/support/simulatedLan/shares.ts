/** A link in one direction. */
export interface Link {
  /** Bytes a millisecond. */
  capacity: number;
  /** Worked with while shares are dealt out. */
  left: number;
  flows: number;
  open: Flowing[];
}

export interface Flowing {
  links: readonly Link[];
  /** Bytes a millisecond. */
  rate: number;
}

/** Deals the links out max-min fairly, as TCP does in the long run: nobody gets more while another could. */
export function shareFairly(flows: readonly Flowing[]): void {
  const links = new Set<Link>();
  for (const flow of flows) {
    flow.rate = -1;
    for (const link of flow.links) {
      if (!links.has(link)) {
        links.add(link);
        link.left = link.capacity;
        link.open = [];
      }
      link.open.push(flow);
      link.flows = link.open.length;
    }
  }
  while (links.size > 0) {
    let narrow: Link | undefined;
    let share = Number.POSITIVE_INFINITY;
    for (const link of links) {
      if (link.flows === 0) links.delete(link);
      else if (link.left / link.flows < share) {
        narrow = link;
        share = link.left / link.flows;
      }
    }
    if (narrow === undefined) return;
    for (const flow of narrow.open) {
      if (flow.rate >= 0) continue;
      flow.rate = share;
      for (const link of flow.links) {
        link.left = Math.max(0, link.left - share);
        link.flows--;
      }
    }
    links.delete(narrow);
  }
}
