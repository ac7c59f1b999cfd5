import type { VNode } from 'preact';
import { addressText } from '../../../../../base/address.ts';
import { PeopleIcon } from '../../../../../web/page/icons.tsx';
import { countText, durationText } from '../../../../../web/page/texts.ts';
import { useNarrow } from '../../../../../web/page/useNarrow.ts';
import { useNow } from '../../../../../web/page/useNow.ts';
import { rowProps, VirtualTable } from '../../../../../web/page/VirtualTable.tsx';
import type { UserBody } from '../../api/bodies.ts';
import { hashOf } from '../route.ts';
import { Empty } from '../shell/Empty.tsx';
import { useStore } from '../state/useApp.ts';
import { useUsers } from './useUsers.ts';

/** Who is here. */
export function Roll(): VNode {
  const { users, failed } = useUsers(true);
  const old = useStore(({ connection }) => connection?.state === 'lost');
  const alive = users?.filter(({ state }) => state === 'alive').length ?? 0;
  return (
    <div class="filling">
      <div class="row">
        <h1 class="grow">Roll</h1>
        {users !== undefined && (
          <span class="soft" role="status">
            {countText(users.length, 'user', 'users')}
            {alive < users.length ? `, ${alive} alive` : ''}
            {old ? ', as last told' : ''}
          </span>
        )}
      </div>
      {failed !== undefined && <div class="notice bad">{failed}</div>}
      {users?.length === 0 && (
        <Empty icon={PeopleIcon} title="Nobody is here yet">
          <p>Whoever connects to the same tracker appears here at once.</p>
          <a class="button" href={hashOf('connect')}>
            Connection
          </a>
        </Empty>
      )}
      {users !== undefined && users.length > 0 && <Users users={users} />}
    </div>
  );
}

const rowHeight = 46;

function Users({ users }: { users: readonly UserBody[] }): VNode {
  const now = useNow(1000);
  const narrow = useNarrow();
  return (
    <>
      <VirtualTable
        label="Users"
        class="panel users"
        head={<Head />}
        columns={5}
        count={users.length}
        rowHeight={rowHeight}
        row={(index) => (
          <Row key={index} place={index} one={users[index]} since={(at) => sinceText(now - at, narrow)} />
        )}
      />
      {users.every(({ resources }) => resources === 0) && (
        <p class="soft">
          Nobody shares anything yet. <a href={hashOf('publish')}>Publish something</a>
        </p>
      )}
    </>
  );
}

/** A phone has room for the larger part of it. */
function sinceText(ms: number, narrow: boolean): string {
  const text = durationText(ms / 1000);
  return narrow ? text.split(' ').slice(0, 2).join(' ') : text;
}

function Head(): VNode {
  return (
    <tr>
      <th scope="col">User</th>
      <th scope="col" class="state">
        State
      </th>
      <th scope="col" class="number shares">
        Shares
      </th>
      <th scope="col" class="number since">
        Here for
      </th>
      <th scope="col" class="wide">
        Address
      </th>
    </tr>
  );
}

interface RowProps {
  place: number;
  one: UserBody | undefined;
  since(at: number): string;
}

function Row({ place, one, since }: RowProps): VNode | null {
  if (one === undefined) return null;
  const shares = hashOf('resources', { owner: one.user });
  return (
    <tr {...rowProps(place)}>
      <td>
        <span class="row nowrap">
          <a href={shares} class="clip" data-main>
            <bdi>{one.user}</bdi>
          </a>
          {one.self && <span class="badge accent">you</span>}
        </span>
      </td>
      <td class="state">
        <StateMark one={one} />
      </td>
      <td class="number shares">
        {one.resources > 0 ? (
          <a href={shares} tabIndex={-1}>
            {one.resources.toLocaleString('en')}
            <span class="wide">{one.resources === 1 ? ' resource' : ' resources'}</span>
          </a>
        ) : (
          <span class="soft">nothing</span>
        )}
      </td>
      <td class="number since">{since(one.since)}</td>
      <td class="wide soft">{addressText(one.address, one.port)}</td>
    </tr>
  );
}

function StateMark({ one }: { one: UserBody }): VNode {
  const { state, udp } = one;
  return (
    <span class="row nowrap">
      <span class={`badge ${state === 'alive' ? 'good' : 'warn'}`}>{state}</span>
      {udp === 'blocked' && (
        <span class="small soft wide" title="Heartbeats by UDP do not come through; the connection keeps it alive">
          UDP blocked
        </span>
      )}
    </span>
  );
}
