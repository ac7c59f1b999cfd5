/** Does `act` for the places 0 … `count - 1`, `step` at a time, and lets others have a turn in between. */
export async function inSlices(count: number, step: number, act: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < count; from += step) {
    if (from > 0) await new Promise((resolve) => setImmediate(resolve));
    act(from, Math.min(count, from + step));
  }
}
