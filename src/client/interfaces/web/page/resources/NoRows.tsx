import type { VNode } from 'preact';
import { ListIcon, PlugIcon, SearchIcon } from '../../../../../web/page/icons.tsx';
import { hashOf, type Route } from '../route.ts';
import { Empty } from '../shell/Empty.tsx';
import { useStore } from '../state/useApp.ts';

/** Why there is nothing, and what to do about it. */
export function NoRows({ route }: { route: Route }): VNode {
  const state = useStore(({ connection }) => connection?.state);
  if (route.pattern !== '' || route.owner !== '') {
    return (
      <Empty icon={SearchIcon} title="Nothing fits">
        <p>
          {route.owner === '' ? 'Nobody shares anything' : 'This user shares nothing'}
          {route.pattern !== '' && (
            <>
              {' '}
              with “<bdi>{route.pattern}</bdi>” in its name, its owner’s name or its description
            </>
          )}
          .
        </p>
        <a class="button" href={hashOf('resources')}>
          Show everything
        </a>
      </Empty>
    );
  }
  if (state === undefined || state === 'connecting') {
    return <Empty icon={PlugIcon} title={state === undefined ? '…' : 'Connecting …'} />;
  }
  if (state === 'offline') {
    return (
      <Empty icon={PlugIcon} title="Not connected">
        <p>What others share appears here once you are connected to a tracker.</p>
        <a class="button primary" href={hashOf('connect')}>
          Connect
        </a>
      </Empty>
    );
  }
  return (
    <Empty icon={ListIcon} title="Nobody shares anything yet">
      <p>Drop a file anywhere on this page, or choose one: others have it on their list at once.</p>
      <a class="button primary" href={hashOf('publish')}>
        Publish something
      </a>
    </Empty>
  );
}
