import type { Clock } from '../../base/clock.ts';
import { type Meter, openMeter } from '../../base/meter.ts';
import { maxOwnersTold } from './limits.ts';
import type { View } from './source.ts';
import type { Download } from './transfers.ts';

type From = ReturnType<View['from']>;

/** How fast a download goes, and who sends it; what each has sent adds up over its starts. */
export interface Gauge {
  /** It starts, maybe again: the rate is that of this start. */
  begin(): void;
  /** Bytes that this start has fetched by now, and who sent them. */
  reach(bytes: number, from: From): void;
  /** Bytes a second; 0 where it does not run. */
  rate(): number;
  /** Most bytes first. */
  owners(): Download['owners'];
  end(): void;
}

interface Start {
  meter: Meter;
  byOwner: Map<string, { bytes: number; meter: Meter }>;
}

export function openGauge(clock: Pick<Clock, 'now'>): Gauge {
  /** What each sent in earlier starts. */
  const earlier = new Map<string, number>();
  let start: Start | undefined;
  return {
    begin() {
      start = { meter: openMeter(clock), byOwner: new Map() };
      start.meter.reach(0);
    },
    reach(bytes, from) {
      if (start === undefined) return;
      start.meter.reach(bytes);
      for (const { owner, bytes } of from) {
        const meter = start.byOwner.get(owner)?.meter ?? openMeter(clock);
        meter.reach(bytes);
        start.byOwner.set(owner, { bytes, meter });
      }
    },
    rate: () => Math.round(start?.meter.bytesPerSecond() ?? 0),
    owners() {
      const names = new Set([...earlier.keys(), ...(start?.byOwner.keys() ?? [])]);
      const all = Array.from(names, (owner) => {
        const now = start?.byOwner.get(owner);
        const bytes = (earlier.get(owner) ?? 0) + (now?.bytes ?? 0);
        return { owner, bytes, rate: Math.round(now?.meter.bytesPerSecond() ?? 0) };
      });
      return all.sort((a, b) => b.bytes - a.bytes).slice(0, maxOwnersTold);
    },
    end() {
      for (const [owner, { bytes }] of start?.byOwner ?? []) earlier.set(owner, (earlier.get(owner) ?? 0) + bytes);
      start = undefined;
    },
  };
}
