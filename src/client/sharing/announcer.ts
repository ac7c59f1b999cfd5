import type { ResourceName } from '../../base/names.ts';
import type { Announcement } from '../../base/roll.ts';
import { maxBatch } from '../../net/wire/control.ts';
import type { Roll } from './sharing.ts';

type Step = { resolve: () => void; reject: (error: unknown) => void } & (
  | { announce: Announcement; withdraw?: undefined }
  | { withdraw: ResourceName; announce?: undefined }
);

/** Tells the roll in order, what came up while it was being told together in one message. */
export class Announcer {
  readonly #roll: Roll;
  readonly #steps: Step[] = [];
  #telling = false;

  constructor(roll: Roll) {
    this.#roll = roll;
  }

  announce(announcement: Announcement): Promise<void> {
    return new Promise((resolve, reject) => this.#add({ announce: announcement, resolve, reject }));
  }

  withdraw(name: ResourceName): Promise<void> {
    return new Promise((resolve, reject) => this.#add({ withdraw: name, resolve, reject }));
  }

  #add(step: Step): void {
    this.#steps.push(step);
    if (!this.#telling) void this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    this.#telling = true;
    for (let batch = this.#nextBatch(); batch.length > 0; batch = this.#nextBatch()) {
      await this.#tell(batch);
    }
    this.#telling = false;
  }

  /** The longest run of steps of one kind. */
  #nextBatch(): Step[] {
    const announces = this.#steps[0]?.announce !== undefined;
    const other = this.#steps.findIndex(({ announce }) => (announce !== undefined) !== announces);
    return this.#steps.splice(0, Math.min(maxBatch, other === -1 ? this.#steps.length : other));
  }

  async #tell(batch: Step[]): Promise<void> {
    try {
      const announced = batch.flatMap(({ announce }) => announce ?? []);
      if (announced.length > 0) await this.#roll.announce(announced);
      else await this.#roll.withdraw(batch.flatMap(({ withdraw }) => withdraw ?? []));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      // The roll takes all of a batch or nothing: what is wrong with one must not hold up the others.
      if (batch.length > 1) for (const step of batch) await this.#tell([step]);
      else batch[0]?.reject(error);
    }
  }
}
