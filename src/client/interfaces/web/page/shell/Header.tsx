import type { VNode } from 'preact';
import { rateText } from '../../../../../web/page/texts.ts';
import { hashOf } from '../route.ts';
import { useStore } from '../state/useApp.ts';
import { ConnectionMark } from './ConnectionMark.tsx';

export function Header(): VNode {
  const stream = useStore((state) => state.stream);
  return (
    <header class="header">
      <a class="brand" href={hashOf('resources')}>
        <Mark />
        rollcall
      </a>
      <Rates />
      <ConnectionMark />
      <div class="strip" role="status">
        {stream === 'away' && (
          <div class="notice bad">
            rollcall does not answer. Is it still running on this machine? It is asked again.
          </div>
        )}
      </div>
    </header>
  );
}

function Rates(): VNode {
  const last = useStore(({ rates }) => rates.at(-1));
  const { down, up } = last ?? { down: 0, up: 0 };
  return (
    <span class="rates small soft">
      {(down > 0 || up > 0) && (
        <>
          <span>
            <span aria-hidden="true">↓ </span>
            <span class="unseen">down </span>
            {rateText(down)}
          </span>
          <span>
            <span aria-hidden="true">↑ </span>
            <span class="unseen">up </span>
            {rateText(up)}
          </span>
        </>
      )}
    </span>
  );
}

const Mark = (): VNode => (
  <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true" fill="none" stroke-linecap="round">
    <rect class="mark-ground" width="32" height="32" rx="8" />
    <path class="mark-ink" d="M8 10h10M8 16h7M8 22h5" stroke-width="2.6" />
    <path class="mark-ink" d="M17 20.5l3.5 3.5L26 15" stroke-width="2.8" stroke-linejoin="round" />
  </svg>
);
