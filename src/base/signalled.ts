/** Ends the process as a shell expects of one that a second signal ended. */
const interruptedStatus = 130;

/** The name of the first SIGINT or SIGTERM; a second one ends the process at once. */
export function signalled(): Promise<string> {
  return new Promise((tell) => {
    let signals = 0;
    const hear = (signal: string): void => {
      signals += 1;
      if (signals > 1) process.exit(interruptedStatus);
      tell(signal);
    };
    process.on('SIGINT', hear);
    process.on('SIGTERM', hear);
  });
}
