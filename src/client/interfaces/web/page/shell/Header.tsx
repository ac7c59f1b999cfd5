import type { VNode } from 'preact';
import { Mark } from '../../../../../web/page/Mark.tsx';
import { rateText } from '../../../../../web/page/texts.ts';
import { hashOf } from '../route.ts';
import { useStore } from '../state/useApp.ts';
import { ConnectionMark } from './ConnectionMark.tsx';

export function Header(): VNode {
  const stream = useStore((state) => state.stream);
  return (
    <header class="header">
      <a class="brand" href={hashOf('resources')}>
        <Mark size={26} />
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
