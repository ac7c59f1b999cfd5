import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { usePart } from '../../../web/page/store.ts';
import { useNow } from '../../../web/page/useNow.ts';
import type { UsersBody } from '../api/bodies.ts';
import type { Ask } from './ask.ts';
import { Counts, Header } from './Header.tsx';
import { LogPart } from './LogPart.tsx';
import { Rates } from './Rates.tsx';
import { Resources } from './Resources.tsx';
import { Roll } from './Roll.tsx';
import type { Store } from './store.ts';
import { TimeLine } from './TimeLine.tsx';
import { useRows } from './useRows.ts';

/** Users that are read: as many as a tracker has on a large LAN. */
const mostUsers = 5000;
const noQuery = {};

/** The tracker on one screen, to be looked at. */
export function Page({ store, ask }: { store: Store; ask: Ask }): VNode {
  const aheadMs = usePart(store, (state) => state.aheadMs);
  const version = usePart(store, (state) => state.version);
  const now = useNow(1000) + aheadMs;
  const { pages, more, failed } = useRows<UsersBody>(ask, 'users', noQuery, mostUsers, version);
  const [owner, setOwner] = useState('');
  const users = useMemo(() => (pages ?? []).flatMap((page) => page.users), [pages]);
  return (
    <>
      <Header store={store} />
      <main class="screen">
        <Counts store={store} />
        <div class="wide-part">
          <TimeLine store={store} users={users} now={now} />
        </div>
        <Roll pages={pages} more={more} failed={failed} now={now} pick={setOwner} />
        <Rates store={store} now={now} />
        <Resources store={store} ask={ask} owner={owner} pick={setOwner} />
        <LogPart store={store} />
      </main>
    </>
  );
}
