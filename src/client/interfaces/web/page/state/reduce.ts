import type {
  DownloadBody,
  EventBodies,
  LogEntryBody,
  RateSampleBody,
  ShareBody,
  StatusBody,
  TransfersBody,
} from '../../api/bodies.ts';
import { maxLogEntries, maxNotices, maxRateSamples, type Notice, type State } from './state.ts';

/** What the event stream tells, by name. */
export type ToldEvent = { [E in keyof EventBodies]: { event: E; body: EventBodies[E] } }[keyof EventBodies];

/** What was asked for, or came to pass here. */
export type Happening =
  | { event: 'stream'; body: State['stream'] }
  | { event: 'status'; body: StatusBody }
  | { event: 'shares'; body: ShareBody[] }
  | { event: 'transfers'; body: TransfersBody }
  | { event: 'samples'; body: RateSampleBody[] }
  | { event: 'entries'; body: LogEntryBody[] }
  | { event: 'notice'; body: Notice }
  | { event: 'noticed'; body: { number: number } };

/** The state after this; an event of a later version's program changes nothing. */
export function reduce(state: State, told: ToldEvent | Happening): State {
  switch (told.event) {
    case 'stream':
      return { ...state, stream: told.body };
    case 'status':
      return {
        ...state,
        status: told.body,
        connection: told.body.connection,
        version: Math.max(state.version, told.body.roll.version),
      };
    case 'connection':
      return { ...state, connection: told.body };
    case 'roll':
      return { ...state, version: told.body.version };
    case 'shares':
      return { ...state, shares: told.body };
    case 'share':
      return { ...state, shares: put(state.shares ?? [], told.body, ({ name }) => name) };
    case 'withdrawn':
      return { ...state, shares: state.shares?.filter(({ name }) => name !== told.body.name) };
    case 'transfers':
      return { ...state, downloads: told.body.downloads, uploads: told.body.uploads };
    case 'download':
      return { ...state, downloads: put(state.downloads ?? [], told.body, ({ id }) => id) };
    case 'forgotten':
      return { ...state, downloads: state.downloads?.filter(({ id }) => id !== told.body.id) };
    case 'uploads':
      return { ...state, uploads: told.body.uploads };
    case 'samples':
      return { ...state, rates: told.body.slice(-maxRateSamples) };
    case 'rates':
      return { ...state, rates: [...state.rates, told.body].slice(-maxRateSamples) };
    case 'entries':
      return { ...state, log: { ...state.log, entries: mergeEntries(state.log.entries, told.body) } };
    case 'log': {
      const { entries, missed } = told.body;
      return {
        ...state,
        log: { entries: mergeEntries(state.log.entries, entries), missed: state.log.missed + missed },
      };
    }
    case 'settings':
      return { ...state, settings: told.body };
    case 'notice':
      return { ...state, notices: [...state.notices, told.body].slice(-maxNotices) };
    case 'noticed':
      return { ...state, notices: state.notices.filter(({ number }) => number !== told.body.number) };
    default:
      return state;
  }
}

/** In the place of the one with the same key; a new one goes to the end. */
function put<Row>(rows: readonly Row[], row: Row, keyOf: (row: Row) => string): readonly Row[] {
  const place = rows.findIndex((one) => keyOf(one) === keyOf(row));
  return place === -1 ? [...rows, row] : rows.with(place, row);
}

/** Both by number, each once, the newest `maxLogEntries`. The usual case, all of `more` newer, copies once. */
export function mergeEntries(entries: readonly LogEntryBody[], more: readonly LogEntryBody[]): readonly LogEntryBody[] {
  const first = more[0];
  if (first === undefined) return entries;
  const last = entries.at(-1);
  if (last === undefined || last.number < first.number) return [...entries, ...more].slice(-maxLogEntries);
  const byNumber = new Map([...entries, ...more].map((entry) => [entry.number, entry]));
  return [...byNumber.values()].sort((a, b) => a.number - b.number).slice(-maxLogEntries);
}

/** A download that has come to its end by this, and had not before. */
export function justEnded(before: readonly DownloadBody[] | undefined, now: DownloadBody): boolean {
  const old = before?.find(({ id }) => id === now.id);
  return old !== undefined && old.state !== now.state && (now.state === 'done' || now.state === 'failed');
}
