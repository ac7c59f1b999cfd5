import type { ContentId } from '../../base/ids.ts';
import type { UserName } from '../../base/names.ts';
import type { Session } from './sessions.ts';

/** Sessions that say they have pieces of a content which nobody has listed yet for any user that they may be. */
export class Unseen {
  /** `undefined` stands for who goes by no name. */
  readonly #byUser = new Map<ContentId, Map<UserName | undefined, Set<Session>>>();

  add(id: ContentId, session: Session, users: readonly UserName[]): void {
    const byUser = this.#byUser.get(id) ?? new Map<UserName | undefined, Set<Session>>();
    this.#byUser.set(id, byUser);
    for (const user of orNobody(users)) byUser.set(user, (byUser.get(user) ?? new Set()).add(session));
  }

  /** Takes out what was put in for these users. */
  delete(id: ContentId, session: Session, users: readonly UserName[]): void {
    const byUser = this.#byUser.get(id);
    for (const user of orNobody(users)) {
      const sessions = byUser?.get(user);
      sessions?.delete(session);
      if (sessions?.size === 0) byUser?.delete(user);
    }
    if (byUser?.size === 0) this.#byUser.delete(id);
  }

  /** Those who see the content once `owner` lists it for `to`, or for everybody. */
  seers(id: ContentId, owner: UserName, to: readonly UserName[] | undefined): Set<Session> {
    const byUser = this.#byUser.get(id);
    if (byUser === undefined) return new Set();
    const sets = to === undefined ? [...byUser.values()] : [owner, ...to].map((user) => byUser.get(user) ?? []);
    return new Set(sets.flatMap((sessions) => [...sessions]));
  }
}

const orNobody = (users: readonly UserName[]): readonly (UserName | undefined)[] =>
  users.length === 0 ? [undefined] : users;
