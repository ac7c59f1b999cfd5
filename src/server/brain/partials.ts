import { RollcallError } from '../../base/errors.ts';
import type { ContentId, Fingerprint } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import { maxPartials } from '../limits.ts';
import { who } from './listings.ts';
import { type Session, servesAt } from './sessions.ts';
import { Urn } from './urn.ts';
import type { Watches } from './watches.ts';

/** Which sessions have pieces of a content to serve, by their own word: never listed, and drawn from by chance. */
export interface Partials {
  /** What a session says now, in place of what it said before. @throws RollcallError `limit`: then nothing changes */
  set(session: Session, ids: readonly ContentId[]): void;
  /** To be called when a session becomes suspect or alive, or when it is found out whether it can be reached. */
  changed(session: Session): void;
  /** Forgets a session that ends. */
  remove(session: Session): void;
  /** At most `count` that are alive and can be reached, and none of the asker's key. */
  draw(id: ContentId, asker: Fingerprint | undefined, count: number): Session[];
  /** What each session said, in all. */
  readonly size: number;
}

const isHere = (session: Session): boolean => session.state === 'alive' && servesAt(session) !== undefined;

export function createPartials(parts: { watches: Pick<Watches, 'partChanged'>; random: Random; log: Log }): Partials {
  const { watches, random, log } = parts;
  const urns = new Map<ContentId, Urn<Session>>();
  const said = new Map<Session, ReadonlySet<ContentId>>();
  let size = 0;

  const add = (id: ContentId, session: Session): void => {
    const urn = urns.get(id) ?? new Urn<Session>();
    urns.set(id, urn);
    urn.add(session);
  };
  const take = (id: ContentId, session: Session): void => {
    const urn = urns.get(id);
    urn?.delete(session);
    if (urn?.size === 0) urns.delete(id);
  };

  const replace = (session: Session, next: ReadonlySet<ContentId>): void => {
    const before = said.get(session) ?? new Set<ContentId>();
    const gone = [...before].filter((id) => !next.has(id));
    const come = [...next].filter((id) => !before.has(id));
    for (const id of gone) take(id, session);
    for (const id of come) add(id, session);
    size += next.size - before.size;
    if (next.size === 0) said.delete(session);
    else said.set(session, next);
    if (isHere(session)) for (const id of [...gone, ...come]) watches.partChanged(id);
  };

  return {
    set(session, ids) {
      const next = new Set(ids);
      const before = said.get(session)?.size ?? 0;
      if (size - before + next.size > maxPartials) {
        throw new RollcallError(
          'limit',
          `this tracker remembers ${maxPartials} contents that peers pass on pieces of, which is its limit: try again later`,
        );
      }
      replace(session, next);
      log.debug({ ...who(session), count: next.size }, 'passes pieces on');
    },
    changed(session) {
      for (const id of said.get(session) ?? []) watches.partChanged(id);
    },
    remove(session) {
      replace(session, new Set());
    },
    draw: (id, asker, count) =>
      urns.get(id)?.draw(count, random, (session) => session.fingerprint !== asker && isHere(session)) ?? [],
    get size() {
      return size;
    },
  };
}
