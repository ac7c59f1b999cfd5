import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { CloseIcon } from '../../../web/page/icons.tsx';
import { usePart } from '../../../web/page/store.ts';
import { momentText, shortId, sizeText } from '../../../web/page/texts.ts';
import { rowProps, VirtualTable } from '../../../web/page/VirtualTable.tsx';
import type { ResourceBody, ResourcesBody } from '../api/bodies.ts';
import type { Ask } from './ask.ts';
import { rowHeight } from './Roll.tsx';
import type { Store } from './store.ts';
import { useRows } from './useRows.ts';

/** Milliseconds without a key before what was typed is looked for. */
const typedMs = 200;
const firstRows = 500;

export interface ResourcesProps {
  store: Store;
  ask: Ask;
  /** Whose alone are shown; everybody's where it is empty. */
  owner: string;
  pick(owner: string): void;
}

/** What everybody may see, by name; what is shared with named users only is between them. */
export function Resources({ store, ask, owner, pick }: ResourcesProps): VNode {
  const version = usePart(store, (state) => state.version);
  const [typed, setTyped] = useState('');
  const [pattern, setPattern] = useState('');
  const [most, setMost] = useState(firstRows);
  useEffect(() => {
    const timer = setTimeout(() => {
      setPattern(typed.trim());
      setMost(firstRows);
    }, typedMs);
    return () => clearTimeout(timer);
  }, [typed]);
  const { pages, more, failed } = useRows<ResourcesBody>(ask, 'resources', { pattern, owner }, most, version);
  const rows = (pages ?? []).flatMap(({ resources }) => resources);
  return (
    <section class="panel part" aria-labelledby="resources">
      <div class="row head">
        <h2 id="resources" class="grow">
          Resources
        </h2>
        {owner !== '' && (
          <button type="button" class="small" onClick={() => pick('')}>
            of <bdi>{owner}</bdi>
            <CloseIcon size={14} />
            <span class="unseen">show everybody's</span>
          </button>
        )}
        <input
          class="search"
          type="search"
          aria-label="Search resources by name"
          placeholder="Search by name"
          maxLength={300}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </div>
      {failed !== undefined && <p class="notice bad">{failed}</p>}
      {pages !== undefined && rows.length === 0 ? (
        <p class="soft none">{emptyText(pattern, owner)}</p>
      ) : (
        <VirtualTable
          label="Resources"
          columns={5}
          count={rows.length}
          rowHeight={rowHeight}
          head={
            <tr>
              <th scope="col">Name</th>
              <th scope="col" class="of-owner">
                Owner
              </th>
              <th scope="col" class="number of-size">
                Size
              </th>
              <th scope="col" class="wide spare of-word">
                Content
              </th>
              <th scope="col" class="number wide of-moment">
                Changed
              </th>
            </tr>
          }
          row={(index) => {
            const row = rows[index];
            if (row === undefined) return <tr key={index} />;
            return <ResourceRow key={index} row={row} index={index} pick={pick} />;
          }}
        />
      )}
      {more && (
        <div class="foot">
          <button type="button" class="quiet" onClick={() => setMost(most + firstRows)}>
            Show more than {rows.length.toLocaleString('en')}
          </button>
        </div>
      )}
    </section>
  );
}

const emptyText = (pattern: string, owner: string): string => {
  if (pattern !== '') return 'Nothing of that name.';
  return owner === '' ? 'Nobody shares anything with everybody.' : `${owner} shares nothing with everybody.`;
};

interface ResourceRowProps {
  row: ResourceBody;
  index: number;
  pick(owner: string): void;
}

function ResourceRow({ row, index, pick }: ResourceRowProps): VNode {
  const { name, owner, size, id, kind, modified, description } = row;
  return (
    <tr {...rowProps(index)} title={description === '' ? undefined : description}>
      <td class="clip">
        <bdi>{name}</bdi>
        {kind === 'folder' && <span class="soft"> folder</span>}
      </td>
      <td class="clip">
        <button type="button" class="textual" data-main title="Show this owner's alone" onClick={() => pick(owner)}>
          <bdi>{owner}</bdi>
        </button>
      </td>
      <td class="number">{sizeText(size)}</td>
      <td class="mono soft wide spare">{id === null ? 'not verifiable' : shortId(id)}</td>
      <td class="number wide">{momentText(modified)}</td>
    </tr>
  );
}
