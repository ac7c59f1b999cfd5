import type { Clock } from '../../base/clock.ts';
import { asRollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Change, UserRow } from '../../base/roll.ts';
import { contentRow, Lists } from './contents.ts';
import { listGapMs, listRetryMs, liveGapMs, maxListRetryMs, maxLiveRows, usersAgainMs } from './limits.ts';
import type { LiveRoll, RollFeed, RollSource, RollState } from './liveRoll.ts';
import { Mirror } from './mirror.ts';
import { openNotice } from './notice.ts';
import { openRepeats } from './repeats.ts';

export interface LiveRollOptions {
  clock: Clock;
  log: Log;
  /** Rows that are kept. */
  mostRows?: number | undefined;
}

export interface OpenLiveRoll extends Disposable {
  readonly roll: LiveRoll;
  /** To be told of what the tracker tells. */
  readonly feed: RollFeed;
}

/** A roll that knows nothing yet. */
export function openLiveRoll({ clock, log, mostRows = maxLiveRows }: LiveRollOptions): OpenLiveRoll {
  const newMirror = (): Mirror => new Mirror(mostRows, () => Math.round(clock.wall()));
  const lists = new Lists();
  const notice = openNotice(clock, liveGapMs);
  let mirror = newMirror();
  let state: RollState = 'empty';
  let version = 0;
  let users: readonly UserRow[] | undefined;
  /** Where the rows come from while the tracker is there. */
  let source: RollSource | undefined;
  /** What came while a list was on its way; nothing where none is. */
  let waiting: Change[] | undefined;
  /** That list may lack something. */
  let stale = false;
  /** The list that is on its way is to be thrown away once this is another. */
  let listing = 0;
  let begunAt = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let again: Disposable | undefined;

  const changed = (): void => {
    version += 1;
    users = undefined;
    lists.clear();
    notice.tell();
  };
  const turn = (next: RollState): void => {
    state = next;
    changed();
  };
  const stop = (): void => {
    listing += 1;
    waiting = undefined;
    again?.[Symbol.dispose]();
    again = undefined;
    usersAgain.stop();
  };
  const listSoon = (ms: number): void => {
    again ??= clock.after(Math.max(ms, begunAt + listGapMs - clock.now()), () => {
      again = undefined;
      void list();
    });
  };

  /** Into a mirror of its own, unless there is nothing to look at meanwhile. */
  const list = async (): Promise<void> => {
    const from = source;
    if (from === undefined) return;
    listing += 1;
    const mine = listing;
    begunAt = clock.now();
    waiting = [];
    stale = false;
    const next = newMirror();
    if (mirror.rows === 0) mirror = next;
    try {
      for await (const row of from.users()) {
        if (mine !== listing) return;
        next.addUser(row);
      }
      for await (const row of from.find({})) {
        if (mine !== listing) return;
        if (!next.addRow(row)) break;
        if (next === mirror) changed();
      }
    } catch (error) {
      if (mine !== listing) return;
      waiting = undefined;
      failures += 1;
      log.warn({ error: asRollcallError(error).message }, 'the roll could not be listed: it is asked for again');
      changed();
      listSoon(Math.min(maxListRetryMs, listRetryMs * 2 ** (failures - 1)));
      return;
    }
    if (mine !== listing) return;
    failures = 0;
    for (const change of waiting ?? []) next.apply(change);
    waiting = undefined;
    next.completed();
    mirror = next;
    if (next.cut) log.warn({ rows: next.rows }, 'the tracker lists more than is kept here: the rest is left out');
    turn('live');
    if (stale) listSoon(0);
  };

  /** What no change tells of those who have joined. */
  const listUsers = async (): Promise<void> => {
    const from = source;
    if (from === undefined || waiting !== undefined) return;
    const into = mirror;
    const rows: UserRow[] = [];
    try {
      for await (const row of from.users()) rows.push(row);
    } catch (error) {
      log.debug({ error: asRollcallError(error).message }, 'the users could not be listed');
      return;
    }
    if (from !== source || into !== mirror) return;
    for (const row of rows) into.describeUser(row);
    changed();
  };
  const usersAgain = openRepeats(clock, usersAgainMs, () => void listUsers());

  return {
    roll: {
      get version() {
        return version;
      },
      get state() {
        return state;
      },
      get resources() {
        return mirror.rows;
      },
      get cut() {
        return mirror.cut;
      },
      users() {
        users ??= mirror.users();
        return users;
      },
      contents(query) {
        const list = lists.of(mirror, query);
        const page = list.slice(query.offset, query.offset + query.limit);
        const rows = page.map((group) => contentRow(group, mirror.namesakes(group.name)));
        return { version, total: list.length, rows };
      },
      watch: (told) => notice.watch(told),
    },
    feed: {
      joined(from) {
        stop();
        source = from;
        failures = 0;
        turn('loading');
        if (clock.now() - begunAt >= listGapMs) void list();
        else listSoon(0);
      },
      changes(changes, missed) {
        if (source === undefined) return;
        if (missed > 0) {
          if (waiting === undefined) listSoon(0);
          else stale = true;
        }
        if (changes.some(({ change }) => change === 'joined')) usersAgain.begin();
        // What is shown meanwhile keeps up as well.
        waiting?.push(...changes);
        for (const change of changes) mirror.apply(change);
        if (waiting === undefined && mirror.hasRoom) listSoon(0);
        if (changes.length > 0) changed();
      },
      lost() {
        if (source === undefined) return;
        stop();
        source = undefined;
        turn('old');
      },
      left() {
        stop();
        source = undefined;
        mirror = newMirror();
        turn('empty');
      },
    },
    [Symbol.dispose]() {
      stop();
      source = undefined;
      notice[Symbol.dispose]();
    },
  };
}
