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
  /** The kind that was served longest ago comes first. */
  const lines = new Map<string, Set<() => void>>();

  const turnsOf = (kind: string): number => byKind.get(kind) ?? 0;
  const isFree = (kind: string): boolean => taken < total && turnsOf(kind) < perKind;

  const wait = (kind: string, start: () => void): void => {
    const line = lines.get(kind) ?? new Set();
    lines.set(kind, line.add(start));
  };
  const leave = (kind: string, start: () => void): void => {
    const line = lines.get(kind);
    line?.delete(start);
    if (line?.size === 0) lines.delete(kind);
  };

  const next = (): (() => void) | undefined => {
    let found: string | undefined;
    let fewest = taken < total ? perKind : 0;
    for (const kind of lines.keys()) {
      if (fewest === 0) break;
      if (turnsOf(kind) >= fewest) continue;
      found = kind;
      fewest = turnsOf(kind);
    }
    const line = found === undefined ? undefined : lines.get(found);
    if (found === undefined || line === undefined) return undefined;
    lines.delete(found);
    lines.set(found, line);
    const [start] = line;
    return start;
  };

  const begin = (kind: string): (() => void) => {
    taken += 1;
    byKind.set(kind, turnsOf(kind) + 1);
    return () => {
      taken -= 1;
      const left = turnsOf(kind) - 1;
      if (left > 0) byKind.set(kind, left);
      else byKind.delete(kind);
      for (let start = next(); start !== undefined; start = next()) start();
    };
  };

  return {
    take(kind, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        if (isFree(kind)) return resolve(begin(kind));
        const start = (): void => {
          leave(kind, start);
          signal.removeEventListener('abort', abort);
          resolve(begin(kind));
        };
        const abort = (): void => {
          leave(kind, start);
          reject(signal.reason);
        };
        wait(kind, start);
        signal.addEventListener('abort', abort, { once: true });
      });
    },
  };
}
