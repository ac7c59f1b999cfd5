/**
 * Lets so many in at once, and so many of one kind; the others wait in line. A turn that is free goes to a kind that has
 * the fewest, so that neither those who wait nor those who are in for long block another kind.
 */
export interface Turns {
  /** Settles when it is `kind`'s turn; what comes back ends the turn. Rejects with the signal's reason. */
  take(kind: string, signal: AbortSignal): Promise<() => void>;
}

export function createTurns({ total, perKind }: { total: number; perKind: number }): Turns {
  let taken = 0;
  const byKind = new Map<string, number>();
  const line = new Set<{ kind: string; start(): void }>();

  const turnsOf = (kind: string): number => byKind.get(kind) ?? 0;
  const isFree = (kind: string): boolean => taken < total && turnsOf(kind) < perKind;
  const next = (): { start(): void } | undefined => {
    let found: { start(): void } | undefined;
    let fewest = taken < total ? perKind : 0;
    for (const place of line) {
      if (fewest === 0) break;
      if (turnsOf(place.kind) >= fewest) continue;
      found = place;
      fewest = turnsOf(place.kind);
    }
    return found;
  };

  const begin = (kind: string): (() => void) => {
    taken += 1;
    byKind.set(kind, turnsOf(kind) + 1);
    return () => {
      taken -= 1;
      const left = turnsOf(kind) - 1;
      if (left > 0) byKind.set(kind, left);
      else byKind.delete(kind);
      for (let place = next(); place !== undefined; place = next()) place.start();
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
