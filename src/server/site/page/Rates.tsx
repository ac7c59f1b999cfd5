import type { VNode } from 'preact';
import { Plot } from '../../../web/page/plot.tsx';
import { usePart } from '../../../web/page/store.ts';
import type { Store } from './store.ts';
import { perSecond } from './words.ts';

/** What the tracker keeps of them. */
const spanMs = 600_000;

/** Heartbeats and operations a second. */
export function Rates({ store, now }: { store: Store; now: number }): VNode {
  const samples = usePart(store, (state) => state.samples);
  const points = (which: 'heartbeats' | 'operations'): { at: number; value: number }[] =>
    samples.map((sample) => ({ at: sample.at, value: sample[which] }));
  const shared = { text: perSecond, least: 5, now, spanMs, from: '10 min ago', height: 110 };
  return (
    <section class="panel part rates" aria-label="Rates">
      <Plot {...shared} title="Heartbeats" series={[{ label: 'accepted', points: points('heartbeats') }]} />
      <Plot {...shared} title="Operations" series={[{ label: 'answered', points: points('operations') }]} />
    </section>
  );
}
