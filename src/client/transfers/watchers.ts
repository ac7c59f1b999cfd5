import type { Log } from '../../base/log.ts';
import type { TransferEvent } from './transfers.ts';

/** Those who are told what happens. */
export class Watchers {
  readonly #all = new Set<(event: TransferEvent) => void>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  add(told: (event: TransferEvent) => void): Disposable {
    // The same function may watch twice.
    const watcher = (event: TransferEvent): void => told(event);
    this.#all.add(watcher);
    return { [Symbol.dispose]: () => void this.#all.delete(watcher) };
  }

  /** One that fails is no reason to leave the others untold, nor to stop a download. */
  tell(event: TransferEvent): void {
    for (const watcher of [...this.#all]) {
      try {
        watcher(event);
      } catch (error) {
        this.#log.error({ event: event.event, error }, 'somebody who watches downloads failed');
      }
    }
  }
}
