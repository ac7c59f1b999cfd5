import type { Clock } from '../../base/clock.ts';
import { asRollcallError, RollcallError } from '../../base/errors.ts';
import type { ContentId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { UserName } from '../../base/names.ts';
import type { Directory } from '../../directory/directory.ts';
import {
  maxWatches,
  maxWatchesPerAddress,
  maxWatchesPerKey,
  ownersGatherMs,
  ownersMs,
  ownersMsAll,
  ownersMsEach,
} from '../limits.ts';
import { sees } from './looks.ts';
import { News } from './news.ts';
import { Quota } from './quota.ts';
import type { Caller } from './sessions.ts';

/**
 * Tells who watches a content that who has it has changed. A notice says no more than that, goes to nobody who can see
 * neither the content nor the change, and is one value for all of them. What happens soon after a notice is gathered for
 * the next, whose time grows with those who watch it, since all of them ask anew then, and with all that is watched.
 */
export interface Watches extends Disposable {
  /** These contents and no others. @throws RollcallError `limit`: then nothing changes */
  watch(caller: Caller, ids: readonly ContentId[]): void;
  stop(caller: Caller): void;
  has(caller: Caller): boolean;
  /** An owner has come or gone, who shares it with `to`. */
  ownersChanged(id: ContentId, owner: UserName, to: readonly UserName[] | undefined): void;
  /** A partial owner has come or gone. */
  partChanged(id: ContentId): void;
  /** Contents that callers watch, in all. */
  readonly size: number;
}

interface Topic {
  readonly watchers: Set<Caller>;
  toldAt: number;
  /** What is told next, with the timer of it. */
  next: { news: News; timer: Disposable } | undefined;
}

export function createWatches(parts: { directory: Pick<Directory, 'locate'>; clock: Clock; log: Log }): Watches {
  const { directory, clock, log } = parts;
  const topics = new Map<ContentId, Topic>();
  const watched = new Map<Caller, ReadonlySet<ContentId>>();
  const quota = new Quota('watches', {
    all: maxWatches,
    perKey: maxWatchesPerKey,
    perAddress: maxWatchesPerAddress,
  });

  const enter = (id: ContentId, caller: Caller): void => {
    const topic = topics.get(id) ?? { watchers: new Set<Caller>(), toldAt: -Infinity, next: undefined };
    topics.set(id, topic);
    topic.watchers.add(caller);
  };
  const leave = (id: ContentId, caller: Caller): void => {
    const topic = topics.get(id);
    topic?.watchers.delete(caller);
    if (topic?.watchers.size !== 0) return;
    topic.next?.timer[Symbol.dispose]();
    topics.delete(id);
  };

  const replace = (caller: Caller, next: ReadonlySet<ContentId>): void => {
    const before = watched.get(caller) ?? new Set<ContentId>();
    for (const id of before) if (!next.has(id)) leave(id, caller);
    for (const id of next) if (!before.has(id)) enter(id, caller);
    if (next.size === 0) watched.delete(caller);
    else watched.set(caller, next);
  };

  const tell = async (id: ContentId, { watchers }: Topic, news: News): Promise<void> => {
    const told = { told: 'owners', id } as const;
    for (const caller of [...watchers]) {
      if ((await news.isFor(caller.session?.user)) && watchers.has(caller)) caller.connection.tell(told);
    }
  };

  const newsOf = (id: ContentId): News | undefined => {
    const topic = topics.get(id);
    if (topic === undefined) return undefined;
    if (topic.next === undefined) {
      const news = new News((viewer) => sees(directory, id, viewer));
      const spaceMs = Math.max(ownersMs, topic.watchers.size * ownersMsEach, quota.size * ownersMsAll);
      const timer = clock.after(Math.max(ownersGatherMs, topic.toldAt + spaceMs - clock.now()), () => {
        topic.next = undefined;
        topic.toldAt = clock.now();
        tell(id, topic, news).catch((error: unknown) => {
          log.error({ id, error: asRollcallError(error).message }, 'watchers could not be told');
        });
      });
      topic.next = { news, timer };
    }
    return topic.next.news;
  };

  const stop = (caller: Caller): void => {
    quota.letGo(caller);
    replace(caller, new Set());
  };

  return {
    watch(caller, ids) {
      if (caller.gone) return;
      const next = new Set(ids);
      const { fingerprint, remote: address } = caller.connection;
      if (fingerprint === undefined) throw new RollcallError('refused', 'only who shows a key is told of owners');
      quota.hold(caller, { fingerprint, address }, next.size);
      replace(caller, next);
      log.debug({ address, count: next.size }, 'watches');
    },
    stop,
    has: (caller) => watched.has(caller),
    ownersChanged: (id, owner, to) => newsOf(id)?.addOwner(owner, to),
    partChanged: (id) => newsOf(id)?.addPart(),
    get size() {
      return quota.size;
    },
    [Symbol.dispose]() {
      for (const caller of [...watched.keys()]) stop(caller);
    },
  };
}
