import type { Clock } from '../../base/clock.ts';
import { isLoopback } from '../../base/loopback.ts';
import type { UserName } from '../../base/names.ts';
import type { Change } from '../../base/roll.ts';
import { feedGatherMs, feedMs, feedUnreadBytes, maxFeedChanges, maxPageBytes } from '../limits.ts';
import type { Told } from './commands.ts';
import { jsonBytes } from './pages.ts';
import { isVisible } from './rows.ts';
import type { Caller } from './sessions.ts';

/** Something that happened, before it is known to whom it is told. */
export interface Happening {
  owner: UserName;
  to?: readonly UserName[] | undefined;
  /** The peer's address as the tracker sees it. */
  address: string;
  /** For whoever reached the tracker at the address `local`. */
  change(local: string): Change;
}

type Changes = Told & { told: 'changes' };

/**
 * Tells subscribers what changes: soon where it was quiet, else gathered, so that there is one message in `feedMs` at most. It holds at most
 * `maxFeedChanges`, and a subscriber who does not read costs one number: what did not fit, or would have waited behind
 * unread bytes, is counted as missed.
 */
export class Feed implements Disposable {
  readonly #clock: Clock;
  /** With how many changes each has missed since it was last told. */
  readonly #subscribers = new Map<Caller, number>();
  #happened: Happening[] = [];
  #timer: Disposable | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  #version = 0;
  #told = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  subscribe(caller: Caller): void {
    if (!this.#subscribers.has(caller)) this.#subscribers.set(caller, 0);
  }

  unsubscribe(caller: Caller): void {
    this.#subscribers.delete(caller);
  }

  has(caller: Caller): boolean {
    return this.#subscribers.has(caller);
  }

  /** Grows with each change, whether anybody is told of it or not. */
  get version(): number {
    return this.#version;
  }

  /** Changes that subscribers were told, ever, each as often as it was told. */
  get told(): number {
    return this.#told;
  }

  /** Something changed that nobody is told of. */
  touch(): void {
    this.#version += 1;
  }

  add(happening: Happening): void {
    this.#version += 1;
    if (this.#subscribers.size === 0) return;
    if (this.#happened.length < maxFeedChanges) this.#happened.push(happening);
    else this.#miss(happening);
    this.#arm();
  }

  /** Something that no change tells: whoever keeps a list has to list anew. */
  addMissed(): void {
    this.#version += 1;
    for (const [caller, missed] of this.#subscribers) this.#subscribers.set(caller, missed + 1);
    if (this.#subscribers.size > 0) this.#arm();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#subscribers.clear();
    this.#happened = [];
  }

  #miss(happening: Happening): void {
    for (const [caller, missed] of this.#subscribers) {
      if (isVisible(happening, caller.session?.user)) this.#subscribers.set(caller, missed + 1);
    }
  }

  #arm(): void {
    const waitMs = Math.max(feedGatherMs, this.#toldAt + feedMs - this.#clock.now());
    this.#timer ??= this.#clock.after(waitMs, () => {
      this.#timer = undefined;
      this.#toldAt = this.#clock.now();
      this.#flush();
    });
  }

  #flush(): void {
    const happened = this.#happened;
    this.#happened = [];
    // What looks the same for two subscribers is made once, and is one value, so that a shell may encode it once.
    const named = new Set(happened.flatMap(({ owner, to }) => (to === undefined ? [] : [owner, ...to])));
    const local = happened.some(({ address }) => isLoopback(address));
    const views = new Map<string, Changes>();
    const viewOf = ({ connection, session }: Caller): Changes => {
      const viewer = session?.user !== undefined && named.has(session.user) ? session.user : undefined;
      const key = `${local ? connection.local : ''} ${viewer ?? ''}`;
      const view = views.get(key) ?? changesFor(happened, viewer, connection.local);
      views.set(key, view);
      return view;
    };
    for (const [caller, missed] of this.#subscribers) {
      const view = viewOf(caller);
      if (caller.connection.unreadBytes > feedUnreadBytes) {
        this.#subscribers.set(caller, missed + view.changes.length + view.missed);
        this.#arm();
      } else if (view.changes.length + missed > 0) {
        this.#subscribers.set(caller, 0);
        this.#told += view.changes.length;
        caller.connection.tell(missed === 0 ? view : { ...view, missed: view.missed + missed });
      }
    }
  }
}

function changesFor(happened: readonly Happening[], viewer: UserName | undefined, local: string): Changes {
  const visible = happened.filter((one) => isVisible(one, viewer)).map((one) => one.change(local));
  let bytes = 0;
  const whole = visible.findIndex((change) => {
    bytes += jsonBytes(change);
    return bytes > maxPageBytes;
  });
  const changes = whole === -1 ? visible : visible.slice(0, whole);
  return { told: 'changes', changes, missed: visible.length - changes.length };
}
