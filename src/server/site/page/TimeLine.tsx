import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { addressText } from '../../../base/address.ts';
import { usePart } from '../../../web/page/store.ts';
import { clockText, durationText } from '../../../web/page/texts.ts';
import type { HappeningBody, UserBody } from '../api/bodies.ts';
import { LaneRow, Mark } from './LaneRow.tsx';
import { lanesOf } from './lanes.ts';
import type { Store } from './store.ts';
import { happeningWords } from './words.ts';

/** How far it reaches back, and from one label of its axis to the next, milliseconds. */
const spans = [
  { ms: 300_000, stepMs: 60_000, text: '5 minutes' },
  { ms: 900_000, stepMs: 300_000, text: '15 minutes' },
  { ms: 3_600_000, stepMs: 900_000, text: '1 hour' },
] as const;
type Reach = (typeof spans)[number];

/** Lanes that a person takes in, and lines of the list. */
const mostLanes = 25;
const mostLines = 200;

/** What happened to whom: a lane a user, and the same as a list. */
export function TimeLine({ store, users, now }: { store: Store; users: readonly UserBody[]; now: number }): VNode {
  const happenings = usePart(store, (state) => state.happenings);
  const from = usePart(store, (state) => state.from);
  const [reach, setReach] = useState<Reach>(spans[0]);
  const start = now - reach.ms;
  const { lanes, more } = useMemo(
    () => lanesOf(users, happenings, { start: Math.max(start, from), now, most: mostLanes }),
    [users, happenings, start, from, now],
  );
  const frame = { start, now };
  return (
    <section class="panel part" aria-labelledby="time-line">
      <div class="row head">
        <h2 id="time-line" class="grow">
          States and evictions
        </h2>
        {from > start && <span class="soft small">recorded since {clockText(from)}</span>}
        <select
          class="span"
          aria-label="How far back"
          value={reach.text}
          onChange={(event) => setReach(spans.find(({ text }) => text === event.currentTarget.value) ?? spans[0])}
        >
          {spans.map(({ text }) => (
            <option key={text} value={text}>
              last {text}
            </option>
          ))}
        </select>
      </div>
      {lanes.length === 0 ? (
        <p class="soft none">Nobody was here in this time.</p>
      ) : (
        <div class="lanes">
          {lanes.map((lane) => (
            <LaneRow key={lane.user} lane={lane} frame={frame} />
          ))}
          <Axis start={start} now={now} stepMs={reach.stepMs} />
        </div>
      )}
      {more > 0 && (
        <p class="soft small none">and {more.toLocaleString('en')} more, to whom nothing happened of late</p>
      )}
      <HappeningList happenings={happenings} now={now} />
    </section>
  );
}

/** The last label has room of its own. */
const nowRoom = 0.08;

function Axis({ start, now, stepMs }: { start: number; now: number; stepMs: number }): VNode {
  const first = Math.ceil(start / stepMs) * stepMs;
  const end = now - (now - start) * nowRoom;
  const moments = Array.from(
    { length: Math.max(0, Math.ceil((end - first) / stepMs)) },
    (_, at) => first + at * stepMs,
  );
  return (
    <div class="axis small soft" aria-hidden="true">
      {moments.map((at) => (
        <span key={at} style={{ left: `${(100 * (at - start)) / (now - start)}%` }}>
          {clockText(at).slice(0, 5)}
        </span>
      ))}
      <span class="last" style={{ left: '100%' }}>
        now
      </span>
    </div>
  );
}

function HappeningList({ happenings, now }: { happenings: readonly HappeningBody[]; now: number }): VNode | null {
  if (happenings.length === 0) return null;
  const newest = happenings.slice(-mostLines).reverse();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be in reach of the keys
    <ol class="scroller list" aria-label="What happened, the newest first" tabIndex={0}>
      {newest.map((one) => {
        const { text, tone } = happeningWords[one.what];
        return (
          <li key={one.number}>
            <time class="mono soft" dateTime={new Date(one.at).toISOString()} title={ago(one.at, now)}>
              {clockText(one.at)}
            </time>
            <bdi class="who">{one.user}</bdi>
            <span class={`badge ${tone}`}>
              <Mark what={one.what} />
              {text}
            </span>
            <span class="soft grow">
              {one.why ?? `at ${addressText(one.address, one.port)}`}
              {one.reason === 'kicked' || one.why === undefined ? '' : ` · ${addressText(one.address, one.port)}`}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

const ago = (at: number, now: number): string => `${durationText((now - at) / 1000)} ago`;
