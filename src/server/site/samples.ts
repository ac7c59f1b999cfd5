import { type Clock, every } from '../../base/clock.ts';
import type { Figures } from '../server.ts';
import type { Sample } from './api/bodies.ts';
import { maxSamples, sampleMs } from './limits.ts';

export interface Samples extends Disposable {
  /** Oldest first. */
  all(): readonly Sample[];
}

export function openSamples(
  figures: Pick<Figures, 'heartbeats' | 'operations'>,
  clock: Clock,
  told: (sample: Sample) => void,
): Samples {
  const kept: Sample[] = [];
  let before = { at: clock.now(), heartbeats: figures.heartbeats.accepted, operations: figures.operations.total };
  const taking = every(clock, sampleMs, () => {
    const now = { at: clock.now(), heartbeats: figures.heartbeats.accepted, operations: figures.operations.total };
    const seconds = (now.at - before.at) / 1000;
    const rate = (which: 'heartbeats' | 'operations'): number => round((now[which] - before[which]) / seconds);
    const sample = { at: Math.round(clock.wall()), heartbeats: rate('heartbeats'), operations: rate('operations') };
    before = now;
    kept.push(sample);
    if (kept.length > maxSamples) kept.shift();
    told(sample);
  });
  return { all: () => kept, [Symbol.dispose]: () => taking[Symbol.dispose]() };
}

const round = (rate: number): number => Math.round(rate * 10) / 10;
