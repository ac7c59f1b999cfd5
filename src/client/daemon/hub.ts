import type { Log } from '../../base/log.ts';
import type { DaemonEvent } from './daemon.ts';

/** Tells events to everybody who wants to know. */
export interface Hub {
  tell(event: DaemonEvent): void;
  watch(told: (event: DaemonEvent) => void): Disposable;
}

export function openHub(log: Log): Hub {
  const watchers = new Set<(event: DaemonEvent) => void>();
  return {
    tell(event) {
      for (const told of [...watchers]) {
        try {
          told(event);
        } catch (error) {
          // What happened has happened, whoever failed to hear of it. The log's own events would go round for ever.
          if (event.event !== 'log')
            log.error({ error, event: event.event }, 'somebody failed who was told of an event');
        }
      }
    },
    watch(told) {
      // A function of its own, so that one that listens twice can leave once.
      const watcher = (event: DaemonEvent): void => told(event);
      watchers.add(watcher);
      return { [Symbol.dispose]: () => void watchers.delete(watcher) };
    },
  };
}
