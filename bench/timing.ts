import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { BenchRow } from './rows.ts';

/** Milliseconds of each of `times` calls, one after the other, from the shortest to the longest. */
export async function timed(times: number, act: (time: number) => unknown): Promise<number[]> {
  const taken: number[] = [];
  for (let time = 0; time < times; time++) {
    const start = performance.now();
    await act(time);
    taken.push(performance.now() - start);
  }
  return taken.sort((a, b) => a - b);
}

/** What `part` of the sorted values do not exceed. */
export const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;

/** The figure's median and 99th percentile, milliseconds. */
export const spread = (figure: string, sorted: readonly number[], aim: string): BenchRow[] => [
  { figure: `${figure}, p50`, value: percentile(sorted, 0.5), unit: 'ms', aim },
  { figure: `${figure}, p99`, value: percentile(sorted, 0.99), unit: 'ms', aim },
];

/** Bytes of heap and buffers in use once garbage was collected. */
export function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** How long work that pauses holds the event loop at a stretch. */
export class Turns {
  #longest = 0;
  #start = 0;

  readonly pause = async (): Promise<void> => {
    this.#end();
    await new Promise((resolve) => setImmediate(resolve));
    this.#start = performance.now();
  };

  async time<T>(act: () => Promise<T>): Promise<T> {
    this.#start = performance.now();
    const result = await act();
    this.#end();
    return result;
  }

  /** The longest turn since this was asked for last, milliseconds. */
  takeLongest(): number {
    const longest = this.#longest;
    this.#longest = 0;
    return longest;
  }

  #end(): void {
    this.#longest = Math.max(this.#longest, performance.now() - this.#start);
  }
}
