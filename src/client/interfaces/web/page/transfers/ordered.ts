import type { DownloadBody } from '../../api/bodies.ts';

const ranks: Readonly<Record<DownloadBody['state'], number>> = {
  running: 0,
  queued: 1,
  failed: 2,
  paused: 2,
  done: 3,
  cancelled: 3,
};

/** What runs first, then what waits in the order of its turns, then what wants a hand, then what is over, the latest first. */
export function ordered(downloads: readonly DownloadBody[]): DownloadBody[] {
  return [...downloads].sort((a, b) => {
    const rank = ranks[a.state] - ranks[b.state];
    if (rank !== 0) return rank;
    return finished(a) ? (b.endedAt ?? b.addedAt) - (a.endedAt ?? a.addedAt) : a.addedAt - b.addedAt;
  });
}

/** Nothing is left to do with it. */
export const finished = ({ state }: DownloadBody): boolean => ranks[state] === 3;
