import type { VNode } from 'preact';
import type { Route } from '../route.ts';
import { columns } from './columns.ts';

/** The head of the table, which sorts it. */
export function Head({ route, go }: { route: Route; go(wanted: Partial<Route>): void }): VNode {
  return (
    <tr>
      {columns.map(({ sort, text, up, down, class: name }) => {
        const current = route.sort === sort;
        const order = current && route.order === 'up' ? 'down' : 'up';
        return (
          <th key={sort} scope="col" class={name} aria-sort={ariaSort(current, route.order)}>
            <button
              type="button"
              class="quiet sort"
              title={`Sort: ${order === 'up' ? up : down}`}
              onClick={() => go({ sort, order })}
            >
              {text}
              <span class="arrow" aria-hidden="true">
                {current ? (route.order === 'up' ? '↑' : '↓') : ''}
              </span>
            </button>
          </th>
        );
      })}
      <th scope="col" class="act">
        <span class="unseen">Download</span>
      </th>
    </tr>
  );
}

function ariaSort(current: boolean, order: Route['order']): 'none' | 'ascending' | 'descending' {
  if (!current) return 'none';
  return order === 'up' ? 'ascending' : 'descending';
}
