import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { MoreIcon } from '../../../../../web/page/icons.tsx';
import { hashOf, type Place } from '../route.ts';
import { useStore } from '../state/useApp.ts';
import { titles } from './titles.tsx';

/** On a phone the first ones stand in the bar, the others behind its last button. */
const first: readonly Place[] = ['resources', 'roll', 'publish', 'transfers'];
const others: readonly Place[] = ['connect', 'log', 'settings', 'api'];

export function Nav({ place }: { place: Place }): VNode {
  const [more, setMore] = useState(false);
  const running = useStore(
    ({ downloads }) => downloads?.filter(({ state }) => state === 'running' || state === 'queued').length ?? 0,
  );
  useEffect(() => setMore(false), [place]);
  const link = (to: Place): VNode => {
    const { text, icon: Icon } = titles[to];
    return (
      <li key={to}>
        <a href={hashOf(to)} aria-current={to === place ? 'page' : undefined}>
          <Icon size={20} />
          <span>{text}</span>
          {to === 'transfers' && running > 0 && (
            <span class="badge accent">
              {running}
              <span class="unseen"> under way</span>
            </span>
          )}
        </a>
      </li>
    );
  };
  return (
    <nav class={`nav ${more ? 'more' : ''}`} aria-label="Places">
      <ul class="nav-first">{first.map(link)}</ul>
      <button
        type="button"
        class="quiet nav-more"
        aria-expanded={more}
        aria-controls="nav-others"
        data-current={others.includes(place)}
        onClick={() => setMore(!more)}
      >
        <MoreIcon size={20} />
        More
      </button>
      <ul class="nav-others" id="nav-others">
        {others.map(link)}
      </ul>
    </nav>
  );
}
