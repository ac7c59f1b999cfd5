/** Lets so many in at once, and so many of one kind; the others wait in line, where one kind never blocks another. */
export interface Turns {
  /** Settles when it is `kind`'s turn; what comes back ends the turn. Rejects with the signal's reason. */
  take(kind: string, signal: AbortSignal): Promise<() => void>;
}

export function createTurns({ total, perKind }: { total: number; perKind: number }): Turns {
  let taken = 0;
  const byKind = new Map<string, number>();
  const line = new Set<{ kind: string; start(): void }>();

  const isFree = (kind: string): boolean => taken < total && (byKind.get(kind) ?? 0) < perKind;

  const begin = (kind: string): (() => void) => {
    taken += 1;
    byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
    return () => {
      taken -= 1;
      const left = (byKind.get(kind) ?? 0) - 1;
      if (left > 0) byKind.set(kind, left);
      else byKind.delete(kind);
      for (const next of line) {
        if (taken >= total) return;
        if (isFree(next.kind)) next.start();
      }
    };
  };

  return {
    take(kind, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        if (isFree(kind)) return resolve(begin(kind));
        const place = {
          kind,
          start: (): void => {
            line.delete(place);
            signal.removeEventListener('abort', abort);
            resolve(begin(kind));
          },
        };
        const abort = (): void => {
          line.delete(place);
          reject(signal.reason);
        };
        line.add(place);
        signal.addEventListener('abort', abort, { once: true });
      });
    },
  };
}
