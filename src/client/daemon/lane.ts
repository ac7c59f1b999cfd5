/** Lets so many run at a time; the others wait in the order in which they came. */
export interface Lane {
  run(act: () => Promise<void>): Promise<void>;
}

export function openLane(most: number): Lane {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    async run(act) {
      // Who was woken has the place of the one that ended.
      if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
      else running += 1;
      try {
        await act();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
