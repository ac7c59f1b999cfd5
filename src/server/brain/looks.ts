import type { Clock } from '../../base/clock.ts';
import type { ContentId } from '../../base/ids.ts';
import type { UserName } from '../../base/names.ts';
import type { Directory } from '../../directory/directory.ts';
import { looksATurn, looksPauseMs } from '../limits.ts';

/** True where somebody lists the content for `viewer`: then `locate` names its owners to him. */
export async function sees(
  directory: Pick<Directory, 'locate'>,
  id: ContentId,
  viewer: UserName | undefined,
): Promise<boolean> {
  return (await directory.locate({ id, viewer, limit: 1 })).matches.length > 0;
}

/** Calls `seen` with each of these contents that any of the users sees, or everybody where there are none. */
export type Look = (
  ids: readonly ContentId[],
  users: readonly UserName[],
  seen: (id: ContentId) => void,
) => Promise<void>;

/**
 * Looks contents up, many in a row: all that ask stand in one line and have `looksATurn` looks at a time, with a pause
 * between the turns, so that no number of askers takes more than its part of the tracker.
 */
export function createLook({ directory, clock }: { directory: Pick<Directory, 'locate'>; clock: Clock }): Look {
  let line: Promise<void> = Promise.resolve();
  let looked = 0;

  const inLine = (act: () => Promise<void>): Promise<void> => {
    const done = line.then(act);
    line = done.catch(() => {
      // Whoever asked has the failure; the next in line starts afresh.
    });
    return done;
  };

  const anySees = async (id: ContentId, viewers: readonly (UserName | undefined)[]): Promise<boolean> => {
    for (const viewer of viewers) {
      looked += 1;
      if (await sees(directory, id, viewer)) return true;
    }
    return false;
  };

  return async (ids, users, seen) => {
    const viewers = users.length === 0 ? [undefined] : users;
    const atOnce = Math.max(1, Math.floor(looksATurn / viewers.length));
    for (let from = 0; from < ids.length; from += atOnce) {
      await inLine(async () => {
        for (const id of ids.slice(from, from + atOnce)) if (await anySees(id, viewers)) seen(id);
        if (looked < looksATurn) return;
        looked = 0;
        await new Promise<void>((resolve) => void clock.after(looksPauseMs, resolve));
      });
    }
  };
}
