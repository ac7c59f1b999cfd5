import { type Clock, every } from '../../base/clock.ts';
import type { RateSample } from './daemon.ts';
import { keptSamples, sampleMs } from './limits.ts';

/** What moves, second by second, over the last minutes. */
export interface Rates extends Disposable {
  /** Oldest first. */
  samples(): readonly RateSample[];
}

/** Bytes that one client has moved since its start; another client counts from nothing. */
export interface Moved {
  client: object;
  up: number;
  down: number;
}

/** `moved` tells nothing while there is no client. */
export function openRates(clock: Clock, moved: () => Moved | undefined, told: (sample: RateSample) => void): Rates {
  const samples: RateSample[] = [];
  let before: Moved | undefined;
  let sampledAt = clock.now();
  const sampling = every(clock, sampleMs, () => {
    const now = clock.now();
    const seconds = Math.max(1, now - sampledAt) / 1000;
    const after = moved();
    const known = after !== undefined && before?.client === after.client ? before : { up: 0, down: 0 };
    const rate = (bytes: number): number => Math.round(bytes / seconds);
    const sample: RateSample = {
      at: Math.round(clock.wall()),
      up: rate((after?.up ?? 0) - known.up),
      down: rate((after?.down ?? 0) - known.down),
    };
    before = after;
    sampledAt = now;
    samples.push(sample);
    if (samples.length > keptSamples) samples.shift();
    told(sample);
  });
  return { samples: () => samples, [Symbol.dispose]: () => sampling[Symbol.dispose]() };
}
