import { RollcallError } from '../../base/errors.ts';
import type { ContentId, Fingerprint } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { UserName } from '../../base/names.ts';
import type { Random } from '../../base/random.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { maxPartials, maxPartialsPerAddress, maxPartialsPerKey } from '../limits.ts';
import { Crowd } from './crowd.ts';
import { who } from './listings.ts';
import type { Look } from './looks.ts';
import { Quota } from './quota.ts';
import { type Session, servesAt } from './sessions.ts';
import { Unseen } from './unseen.ts';
import type { Watches } from './watches.ts';

/**
 * Which sessions have pieces of a content to serve, by their own word: never listed, and drawn from by chance. A session
 * is accepted for a content once it may see it itself, since whoever is drawn learns who fetches it: from then on, for as
 * long as it says so, whatever becomes of the owners. Nobody is told whether he is.
 */
export interface Partials {
  /**
   * What a session says now, in place of what it said before. One without a name may see what any name of its key may.
   * @throws RollcallError `limit`, or `refused` where it has ended: then nothing changes
   */
  set(session: Session, ids: readonly ContentId[]): Promise<void>;
  /** `owner` lists a content now, for `to` or for everybody. */
  listed(id: ContentId, owner: UserName, to: readonly UserName[] | undefined): void;
  /** To be called when a session becomes suspect or alive, or when it is found out whether it can be reached. */
  changed(session: Session): void;
  /** Forgets a session that ends. */
  remove(session: Session): void;
  /** At most `count` that are accepted, alive and can be reached, and none of the asker's key; see `Crowd`. */
  draw(id: ContentId, asker: Fingerprint | undefined, count: number): Session[];
  /** What each session said, in all. */
  readonly size: number;
}

export interface PartialsParts {
  accounts: Pick<Accounts, 'namesOf'>;
  look: Look;
  watches: Pick<Watches, 'partChanged'>;
  random: Random;
  log: Log;
}

interface Said {
  readonly ids: ReadonlySet<ContentId>;
  /** Whom the session may be. */
  readonly users: readonly UserName[];
  readonly accepted: Set<ContentId>;
}

/** Where a session that can be asked now is. */
const addressOf = (session: Session): string | undefined =>
  session.state === 'alive' ? servesAt(session)?.address : undefined;

export function createPartials({ accounts, look, watches, random, log }: PartialsParts): Partials {
  const crowds = new Map<ContentId, Crowd>();
  const said = new Map<Session, Said>();
  const unseen = new Unseen();
  const quota = new Quota('contents that are passed on in pieces', {
    all: maxPartials,
    perKey: maxPartialsPerKey,
    perAddress: maxPartialsPerAddress,
  });

  /** Where it cannot be asked it stays where it was, and is not drawn. */
  const put = (id: ContentId, session: Session): void => {
    const address = addressOf(session);
    if (address === undefined) return;
    const crowd = crowds.get(id) ?? new Crowd();
    crowds.set(id, crowd);
    crowd.put(session, address);
  };
  const take = (id: ContentId, session: Session): void => {
    const crowd = crowds.get(id);
    crowd?.delete(session);
    if (crowd?.size === 0) crowds.delete(id);
  };
  const tell = (id: ContentId, session: Session): void => {
    if (addressOf(session) !== undefined) watches.partChanged(id);
  };

  const replace = (session: Session, ids: ReadonlySet<ContentId>, users: readonly UserName[]): Said => {
    const before = said.get(session);
    const accepted = new Set<ContentId>();
    for (const id of before?.ids ?? []) {
      if (!before?.accepted.has(id)) unseen.delete(id, session, before?.users ?? []);
      else if (ids.has(id)) accepted.add(id);
      else {
        take(id, session);
        tell(id, session);
      }
    }
    for (const id of ids) if (!accepted.has(id)) unseen.add(id, session, users);
    const now = { ids, users, accepted };
    if (ids.size === 0) said.delete(session);
    else said.set(session, now);
    return now;
  };

  const accept = (id: ContentId, session: Session): void => {
    const now = said.get(session);
    if (now === undefined || !now.ids.has(id) || now.accepted.has(id)) return;
    unseen.delete(id, session, now.users);
    now.accepted.add(id);
    put(id, session);
    tell(id, session);
  };

  return {
    async set(session, ids) {
      const { user, fingerprint, address } = session;
      if (fingerprint === undefined) throw new RollcallError('refused', 'only peers with a key pass pieces on');
      const users = user === undefined ? await accounts.namesOf(fingerprint) : [user];
      if (session.ended) throw new RollcallError('refused', 'this session has ended: register again');
      const next = new Set(ids);
      quota.hold(session, { fingerprint, address }, next.size);
      const { accepted } = replace(session, next, users);
      log.debug({ ...who(session), count: next.size }, 'passes pieces on');
      const others = [...next].filter((id) => !accepted.has(id));
      await look(others, users, (id) => accept(id, session));
    },
    listed(id, owner, to) {
      for (const session of unseen.seers(id, owner, to)) accept(id, session);
    },
    changed(session) {
      for (const id of said.get(session)?.accepted ?? []) {
        put(id, session);
        watches.partChanged(id);
      }
    },
    remove(session) {
      quota.letGo(session);
      replace(session, new Set(), []);
    },
    draw: (id, asker, count) =>
      crowds
        .get(id)
        ?.draw(count, random, (session) => session.fingerprint !== asker && addressOf(session) !== undefined) ?? [],
    get size() {
      return quota.size;
    },
  };
}
