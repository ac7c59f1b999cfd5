import type { VNode } from 'preact';
import { Plot } from '../../../../../web/page/plot.tsx';
import { rateText } from '../../../../../web/page/texts.ts';
import { useStore } from '../state/useApp.ts';

/** The upper edge of the plot is at least that, bytes a second: below, it would draw noise as mountains. */
const leastTop = 100_000;

export function RatePlot(): VNode {
  const rates = useStore((state) => state.rates);
  const series = [
    { label: 'Down', points: rates.map(({ at, down }) => ({ at, value: down })) },
    { label: 'Up', points: rates.map(({ at, up }) => ({ at, value: up })) },
  ];
  return (
    <div class="panel padded">
      <Plot title="Rates" series={series} text={rateText} least={leastTop} now={rates.at(-1)?.at ?? 0} height={110} />
    </div>
  );
}
