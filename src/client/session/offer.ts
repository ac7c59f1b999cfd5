import { asRollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { ResourceName } from '../../base/names.ts';
import type { Announcement } from '../../base/roll.ts';
import type { TrackerCalls } from '../../net/wire/control.ts';
import { batches } from './batches.ts';

/** Tells the tracker. `away` where the link is gone, before or meanwhile. @throws RollcallError where it is refused */
export type Tell = <M extends 'announce' | 'withdraw'>(
  method: M,
  params: TrackerCalls[M]['params'],
) => Promise<'told' | 'away'>;

/** What this session announces: remembered, so that all of it can be announced again. One change at a time, in order. */
export class Offer {
  readonly #tell: Tell;
  readonly #log: Log;
  readonly #announced = new Map<ResourceName, Announcement>();
  /** Withdrawn while the link was away: a tracker that kept the session still lists them. */
  readonly #withdrawn = new Set<ResourceName>();
  #turn: Promise<void> = Promise.resolve();

  constructor(tell: Tell, log: Log) {
    this.#tell = tell;
    this.#log = log;
  }

  announce(resources: readonly Announcement[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const batch of batches(resources)) {
        await this.#tell('announce', { resources: batch });
        for (const resource of batch) {
          this.#announced.set(resource.name, resource);
          this.#withdrawn.delete(resource.name);
        }
      }
    });
  }

  withdraw(names: readonly ResourceName[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const name of names) {
        this.#announced.delete(name);
        this.#withdrawn.add(name);
      }
      await this.#tellWithdrawn(names);
    });
  }

  /** Everything again, for a new registration. `resumed`: the tracker still has what it was told before. */
  renew(resumed: boolean): Promise<void> {
    return this.#inTurn(async () => {
      try {
        if (resumed) await this.#tellWithdrawn([...this.#withdrawn]);
        else this.#withdrawn.clear();
      } catch (error) {
        this.#log.warn({ why: asRollcallError(error).message }, 'the tracker refuses to withdraw');
      }
      for (const resources of batches([...this.#announced.values()])) {
        try {
          await this.#tell('announce', { resources });
        } catch (error) {
          const names = resources.map(({ name }) => name);
          this.#log.warn({ why: asRollcallError(error).message, names }, 'the tracker refuses what it listed before');
        }
      }
    });
  }

  async #tellWithdrawn(names: readonly ResourceName[]): Promise<void> {
    for (const batch of batches(names)) {
      if ((await this.#tell('withdraw', { names: batch })) === 'away') return;
      for (const name of batch) this.#withdrawn.delete(name);
    }
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => {
      // Told to whoever asked for that change; the next one has its turn all the same.
    });
    return done;
  }
}
