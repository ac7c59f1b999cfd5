import type { VNode } from 'preact';
import { CloseIcon, SearchIcon } from '../../../../../web/page/icons.tsx';
import { useNarrow } from '../../../../../web/page/useNarrow.ts';
import { useUsers } from '../roll/useUsers.ts';
import type { Route } from '../route.ts';
import { columns } from './columns.ts';

/** What is looked for: searched as it is typed. */
export function Filters({ route, go }: { route: Route; go(wanted: Partial<Route>): void }): VNode {
  const { users = [], ask } = useUsers(false);
  const narrow = useNarrow();
  const sharing = new Set(users.filter(({ resources }) => resources > 0).map(({ user }) => user));
  if (route.owner !== '') sharing.add(route.owner);
  return (
    <search class="filters row">
      <label class="search grow">
        <span class="unseen">Search names, owners and descriptions</span>
        <SearchIcon />
        <input
          type="search"
          dir="auto"
          autocomplete="off"
          spellcheck={false}
          maxLength={300}
          placeholder="Search names, owners, descriptions"
          value={route.pattern}
          onInput={(event) => go({ pattern: event.currentTarget.value })}
        />
      </label>
      <select
        aria-label="Owner"
        onFocus={ask}
        class="owner"
        value={route.owner}
        onChange={(event) => go({ owner: event.currentTarget.value })}
      >
        <option value="">All owners</option>
        {[...sharing].map((user) => (
          <option key={user} value={user}>
            {user}
          </option>
        ))}
      </select>
      {narrow && (
        <select
          aria-label="Sort"
          class="sorting"
          value={`${route.sort} ${route.order}`}
          onChange={(event) => go(readSort(event.currentTarget.value))}
        >
          {columns.flatMap(({ sort, text, up, down }) => [
            <option key={`${sort} up`} value={`${sort} up`}>
              {text}: {up}
            </option>,
            <option key={`${sort} down`} value={`${sort} down`}>
              {text}: {down}
            </option>,
          ])}
        </select>
      )}
      {(route.owner !== '' || route.pattern !== '') && (
        <button type="button" class="quiet" onClick={() => go({ owner: '', pattern: '' })}>
          <CloseIcon size={16} /> Clear
        </button>
      )}
    </search>
  );
}

function readSort(text: string): Partial<Route> {
  const [wanted, order] = text.split(' ');
  const column = columns.find(({ sort }) => sort === wanted);
  return column === undefined ? {} : { sort: column.sort, order: order === 'down' ? 'down' : 'up' };
}
