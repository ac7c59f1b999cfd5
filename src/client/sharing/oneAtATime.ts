/** Runs `act` one at a time: however often it is asked for during a run, it runs once more, and all wait for that. */
export function oneAtATime(act: () => Promise<void>): () => Promise<void> {
  let asked = false;
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    try {
      while (asked) {
        asked = false;
        await act();
      }
    } finally {
      running = undefined;
    }
  };
  return () => {
    asked = true;
    running ??= run();
    return running;
  };
}
