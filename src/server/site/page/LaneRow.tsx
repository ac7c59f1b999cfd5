import type { VNode } from 'preact';
import { clockText } from '../../../web/page/texts.ts';
import type { HappeningBody } from '../api/bodies.ts';
import type { Lane } from './lanes.ts';
import { happeningWords } from './words.ts';

interface Frame {
  start: number;
  now: number;
}

/** The shape of each mark around its moment, so that nobody needs its colour. */
const shapes: Readonly<Record<HappeningBody['what'], string>> = {
  joined: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z',
  suspect: 'M0 -5L5 4H-5z',
  alive: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z',
  left: 'M-1.5 -7H1.5V7H-1.5z',
  evicted: 'M-5 -3L-3 -5L0 -2L3 -5L5 -3L2 0L5 3L3 5L0 2L-3 5L-5 3L-2 0z',
};

/** The mark of a lane, for a line of text. */
export const Mark = ({ what }: { what: HappeningBody['what'] }): VNode => (
  <svg class="mark-shape" width="10" height="10" viewBox="-6 -6 12 12" aria-hidden="true">
    <path class={`mark-${happeningWords[what].tone}`} d={shapes[what]} />
  </svg>
);

/** One user's states and what happened to him, from left to right. */
export function LaneRow({ lane, frame }: { lane: Lane; frame: Frame }): VNode {
  const across = (at: number): number => (100 * (at - frame.start)) / (frame.now - frame.start);
  return (
    <div class="lane">
      <bdi class="clip small">{lane.user}</bdi>
      <svg class="lane-plot" role="img" aria-label={told(lane)}>
        <line class="lane-rule" x1="0" x2="100%" y1="13" y2="13" />
        {lane.spans.map(({ from, to, state }) => (
          <rect
            key={`${from} ${state}`}
            class={`span-${state}`}
            x={`${across(from)}%`}
            width={`${across(to) - across(from)}%`}
            y={state === 'alive' ? 9 : 10.5}
            height={state === 'alive' ? 8 : 5}
            rx="2"
          />
        ))}
        {lane.marks.map((one) => (
          <svg key={one.number} x={`${across(one.at)}%`} y="13" overflow="visible">
            <title>{sentence(one)}</title>
            <path class={`mark-${happeningWords[one.what].tone}`} d={shapes[one.what]} />
          </svg>
        ))}
      </svg>
    </div>
  );
}

const sentence = ({ at, what, why }: HappeningBody): string =>
  `${clockText(at)} ${happeningWords[what].text}${why === undefined ? '' : `: ${why}`}`;

/** The last of it, for whoever does not see the lane. */
function told({ user, marks, spans }: Lane): string {
  const last = marks.at(-1);
  if (last !== undefined) return `${user}, ${sentence(last)}`;
  return `${user}, ${spans.at(-1)?.state ?? 'gone'} all the time`;
}
