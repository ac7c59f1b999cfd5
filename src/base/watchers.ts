/** Those who want to be told what happens. */
export interface Watchers<Event> {
  add(told: (event: Event) => void): Disposable;
  /** One that fails leaves the others told, and whoever tells them in peace. */
  tell(event: Event): void;
  readonly count: number;
}

/** `failed` is called where one of them failed. */
export function openWatchers<Event>(failed: (error: unknown, event: Event) => void): Watchers<Event> {
  const all = new Set<(event: Event) => void>();
  return {
    add(told) {
      // A function of its own, so that one that listens twice can leave once.
      const watcher = (event: Event): void => told(event);
      all.add(watcher);
      return { [Symbol.dispose]: () => void all.delete(watcher) };
    },
    tell(event) {
      for (const told of [...all]) {
        try {
          told(event);
        } catch (error) {
          failed(error, event);
        }
      }
    },
    get count() {
      return all.size;
    },
  };
}
