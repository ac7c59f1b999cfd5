import type { StreamState } from '../../../web/page/eventStream.ts';
import type { EventBodies, HappeningBody, HappeningsBody, LogEntryBody, Sample, StatusBody } from '../api/bodies.ts';

/** What the page knows. */
export interface State {
  stream: StreamState;
  status: StatusBody | undefined;
  /** The tracker's clock less this browser's, milliseconds. */
  aheadMs: number;
  /** Grows whenever lists that were asked for are old. */
  version: number;
  happenings: readonly HappeningBody[];
  /** Since when they are all there. */
  from: number;
  samples: readonly Sample[];
  entries: readonly LogEntryBody[];
  /** Lines of the log that came too fast to be told. */
  missedLines: number;
}

export const initialState: State = {
  stream: 'opening',
  status: undefined,
  aheadMs: 0,
  version: 0,
  happenings: [],
  from: 0,
  samples: [],
  entries: [],
  missedLines: 0,
};

export type Told =
  | { event: 'stream'; body: StreamState }
  | { event: 'status'; body: StatusBody; at: number }
  | { event: 'happenings'; body: HappeningsBody }
  | { event: 'samples'; body: readonly Sample[] }
  | { event: 'entries'; body: readonly LogEntryBody[] }
  | { [Name in Exclude<keyof EventBodies, 'missed'>]: { event: Name; body: EventBodies[Name] } }[Exclude<
      keyof EventBodies,
      'missed'
    >];

/** As much as is kept of each: what the tracker keeps, and of the log what a person looks through. */
const most = { happenings: 1000, samples: 600, entries: 500 };

export function reduce(state: State, told: Told): State {
  switch (told.event) {
    case 'stream':
      return { ...state, stream: told.body };
    case 'status':
      return { ...state, status: told.body, aheadMs: told.body.now - told.at, version: state.version + 1 };
    case 'roll':
      return {
        ...state,
        status: state.status && { ...state.status, census: told.body },
        version: state.version + 1,
      };
    case 'happenings':
      return { ...state, happenings: told.body.happenings, from: told.body.from };
    case 'happened':
      return { ...state, happenings: added(state.happenings, told.body.happenings, most.happenings) };
    case 'samples':
      return { ...state, samples: told.body };
    case 'sample':
      return { ...state, samples: [...state.samples, told.body].slice(-most.samples) };
    case 'entries':
      return { ...state, entries: told.body, missedLines: 0 };
    case 'log':
      return {
        ...state,
        entries: added(state.entries, told.body.entries, most.entries),
        missedLines: state.missedLines + told.body.missed,
      };
  }
}

/** What is told may have been asked for already. */
function added<Row extends { number: number }>(known: readonly Row[], more: readonly Row[], keep: number): Row[] {
  const last = known.at(-1)?.number ?? 0;
  return [...known, ...more.filter(({ number }) => number > last)].slice(-keep);
}
