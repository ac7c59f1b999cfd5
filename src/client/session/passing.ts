import { asRollcallError } from '../../base/errors.ts';
import type { ContentId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import { maxPartialIds } from '../../net/wire/control.ts';

const none: readonly ContentId[] = [];

/** The contents of which this session has pieces to serve: remembered, so that they can be told again. */
export class Passing {
  readonly #tell: (ids: ContentId[]) => Promise<'told' | 'away'>;
  readonly #log: Log;
  #ids = none;
  /** What the tracker was told; nothing where nobody knows. */
  #told: readonly ContentId[] | undefined = none;
  #turn: Promise<void> = Promise.resolve();

  /** `tell` resolves to `away` where the link is gone, before or meanwhile, and throws where the tracker refuses. */
  constructor(tell: (ids: ContentId[]) => Promise<'told' | 'away'>, log: Log) {
    this.#tell = tell;
    this.#log = log;
  }

  /** These, in place of those before; the last ones, where they are more than one message holds. */
  set(ids: readonly ContentId[]): Promise<void> {
    this.#ids = ids.length === 0 ? none : [...new Set(ids)].slice(-maxPartialIds);
    return this.#inTurn(() => this.#say());
  }

  /** For a new registration. `resumed`: the tracker still has what it was told before. */
  renew(resumed: boolean): Promise<void> {
    return this.#inTurn(async () => {
      if (!resumed) this.#told = none;
      if (this.#ids === none && this.#told === none) return;
      this.#told = undefined;
      try {
        await this.#say();
      } catch (error) {
        this.#log.warn({ why: asRollcallError(error).message }, 'the tracker names us to nobody for pieces');
      }
    });
  }

  /** What is to be told by now, unless a later message told it already. */
  async #say(): Promise<void> {
    const ids = this.#ids;
    if (this.#told === ids) return;
    this.#told = undefined;
    if ((await this.#tell([...ids])) === 'told') this.#told = ids;
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => {
      // Told to whoever asked for it; the next one has its turn all the same.
    });
    return done;
  }
}
