import { RollcallError } from '../../../base/errors.ts';
import type { UserName } from '../../../base/names.ts';
import type { AppEvent, Participant } from '../../app.ts';
import { openNews } from '../events.ts';

/** Joins as a user; told of what happens then. */
export type Join = (user: UserName, signal: AbortSignal, onEvent: (event: AppEvent) => void) => Promise<Participant>;

/** As whom somebody at the shell is on the roll: one user at a time, or nobody. */
export class Presence implements AsyncDisposable {
  readonly #join: Join;
  readonly #say: (line: string) => void;
  readonly #freed = new Set<UserName>();
  #participant: Participant | undefined;
  /** Whom this shell went by last. */
  #last: UserName | undefined;
  /** Whose name is being freed: then it is no news that the tracker ends the session. */
  #freeing: UserName | undefined;

  constructor(join: Join, say: (line: string) => void) {
    this.#join = join;
    this.#say = say;
  }

  get participant(): Participant | undefined {
    return this.#participant;
  }

  /** Whether this shell has freed the name, and not taken it again. */
  isFreed(user: UserName | undefined = this.#last): boolean {
    return user !== undefined && this.#freed.has(user);
  }

  registered(user: UserName): void {
    this.#freed.delete(user);
  }

  async connect(user: UserName, signal: AbortSignal): Promise<void> {
    const news = openNews();
    let ended: string | undefined;
    const participant = await this.#join(user, signal, (event) => {
      if (event.event === 'ended') {
        ended = event.reason;
        this.#ended(user, event.reason);
      } else if (event.event !== 'announced') {
        const line = news(event);
        if (line !== undefined) this.#say(line);
      }
    });
    if (ended !== undefined) {
      await participant[Symbol.asyncDispose]();
      throw new RollcallError('refused', ended);
    }
    this.#participant = participant;
    this.#last = user;
    this.registered(user);
  }

  async leave(): Promise<void> {
    const participant = this.#participant;
    this.#participant = undefined;
    await participant?.[Symbol.asyncDispose]();
  }

  /** Frees a name, and is off the roll where that was its user's. */
  async free(user: UserName, unregister: () => Promise<void>): Promise<void> {
    this.#freeing = user;
    try {
      await unregister();
      this.#freed.add(user);
      if (this.#participant?.user === user) await this.leave();
    } finally {
      this.#freeing = undefined;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }

  #ended(user: UserName, reason: string): void {
    if (this.#freeing !== user) this.#say(`Off the tracker: ${reason}`);
    // It has nothing to say goodbye to any more: nobody needs to wait for it.
    if (this.#participant?.user === user) void this.leave();
  }
}
