import type { Clock } from '../../base/clock.ts';
import type { Operator } from '../brain/operator.ts';
import type { PeerEvent } from '../brain/peerEvents.ts';
import { maxHappenings, timeLineMs } from './limits.ts';

/** Something that happened to a peer; `number` grows from one to the next. */
export type Happening = PeerEvent & { number: number };

/** What happened to peers in the last hour, or as much of it as is kept. */
export interface TimeLine extends Disposable {
  /** Oldest first. */
  happenings(): readonly Happening[];
  /** Since when nothing is missing here, by the tracker's clock. */
  readonly from: number;
}

export function openTimeLine(
  operator: Pick<Operator, 'watch'>,
  clock: Pick<Clock, 'wall'>,
  told: (happening: Happening) => void,
): TimeLine {
  const openedAt = Math.round(clock.wall());
  let kept: Happening[] = [];
  /** When the newest of those happened that there was no room for. */
  let droppedAt = 0;
  let number = 0;

  const watching = operator.watch((event) => {
    number += 1;
    const happening = { ...event, number };
    kept.push(happening);
    // By halves, so that one costs next to nothing.
    if (kept.length >= 2 * maxHappenings) forget();
    told(happening);
  });
  const forget = (): void => {
    const oldest = clock.wall() - timeLineMs;
    droppedAt = kept.at(-maxHappenings - 1)?.at ?? droppedAt;
    kept = kept.slice(-maxHappenings).filter(({ at }) => at >= oldest);
  };

  return {
    happenings() {
      forget();
      return kept;
    },
    get from() {
      return Math.max(openedAt, droppedAt, Math.round(clock.wall() - timeLineMs));
    },
    [Symbol.dispose]: () => watching[Symbol.dispose](),
  };
}
