import type { UserName } from '../../base/names.ts';
import { maxNewsUsers } from '../limits.ts';

/** What happened to the owners of one content, as far as it takes to know whom it may be told. */
export class News {
  readonly #sees: (viewer: UserName | undefined) => Promise<boolean>;
  readonly #seen = new Map<UserName | undefined, Promise<boolean>>();
  #everybody = false;
  readonly #users = new Set<UserName>();
  #whoeverSees = false;

  /** `sees` asks whether somebody lists the content for `viewer`. */
  constructor(sees: (viewer: UserName | undefined) => Promise<boolean>) {
    this.#sees = sees;
  }

  /** An owner who shares it with `to`, or with everybody. */
  addOwner(owner: UserName, to: readonly UserName[] | undefined): void {
    if (to === undefined) this.#everybody = true;
    else if (this.#users.size + to.length >= maxNewsUsers) this.#whoeverSees = true;
    else for (const user of [owner, ...to]) this.#users.add(user);
  }

  /** A partial owner: that is news for whoever sees the content at some owner's. */
  addPart(): void {
    this.#whoeverSees = true;
  }

  async isFor(viewer: UserName | undefined): Promise<boolean> {
    if (this.#everybody || (viewer !== undefined && this.#users.has(viewer))) return true;
    return this.#whoeverSees && ((await this.#look(undefined)) || (viewer !== undefined && this.#look(viewer)));
  }

  #look(viewer: UserName | undefined): Promise<boolean> {
    const seen = this.#seen.get(viewer) ?? this.#sees(viewer);
    this.#seen.set(viewer, seen);
    return seen;
  }
}
