import type { VNode } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { countText } from '../../../../../web/page/texts.ts';
import { useNarrow } from '../../../../../web/page/useNarrow.ts';
import { rowProps, VirtualTable } from '../../../../../web/page/VirtualTable.tsx';
import type { ContentBody } from '../../api/bodies.ts';
import { problemText } from '../calls/problem.ts';
import { hashOf, type Route } from '../route.ts';
import { useApp, useStore } from '../state/useApp.ts';
import { replaceHash } from '../useRoute.ts';
import { Details } from './Details.tsx';
import { Filters } from './Filters.tsx';
import { Head } from './Head.tsx';
import { NoRows } from './NoRows.tsx';
import { ResourceRow } from './ResourceRow.tsx';
import { useDownload } from './useDownload.ts';
import { useRows } from './useRows.ts';

const rowHeights = { narrow: 76, wide: 52 };

/** What there is to have. */
export function Resources({ route }: { route: Route }): VNode {
  const { pattern, owner, sort, order } = route;
  const rows = useRows({ pattern, owner, sort, order });
  const narrow = useNarrow();
  const [opened, setOpened] = useState<ContentBody>();
  const download = useDownload();
  const me = useStore(({ connection }) => (connection && 'user' in connection ? connection.user : undefined));
  const scroller = useRef<HTMLDivElement>(null);
  const look = useCallback((first: number, end: number) => rows.look(first, end), [rows]);
  const go = (wanted: Partial<Route>): void => replaceHash(hashOf('resources', { ...route, ...wanted }));
  useEffect(() => {
    if (scroller.current !== null) scroller.current.scrollTop = 0;
  }, [pattern, owner, sort, order]);
  // Details follow the roll while they are open: who came to have it, and who went.
  const fresh = useFresh(opened);

  const { total } = rows;
  return (
    <div class="filling">
      <div class="row">
        <h1 class="grow">Resources</h1>
        <Total total={total} />
      </div>
      <Filters route={route} go={go} />
      {rows.failure !== undefined && (
        <div class="notice bad" role="alert">
          <span class="grow">{problemText(rows.failure)}</span>
          <button type="button" onClick={() => rows.retry()}>
            Try again
          </button>
        </div>
      )}
      {total === 0 && !rows.behind ? (
        <NoRows route={route} />
      ) : (
        <VirtualTable
          label="Resources"
          class={`panel resources ${rows.behind ? 'behind' : ''}`}
          head={<Head route={route} go={go} />}
          columns={5}
          count={total ?? 0}
          rowHeight={narrow ? rowHeights.narrow : rowHeights.wide}
          scroller={scroller}
          inSight={look}
          row={(index) => (
            <ResourceRow
              key={index}
              place={rowProps(index)}
              row={rows.row(index)}
              before={rows.row(index - 1)}
              me={me}
              open={setOpened}
              download={download}
            />
          )}
        />
      )}
      {opened !== undefined && (
        <Details
          row={fresh ?? opened}
          gone={fresh === null}
          me={me}
          download={download}
          onClose={() => setOpened(undefined)}
        />
      )}
    </div>
  );
}

function Total({ total }: { total: number | undefined }): VNode {
  const roll = useStore((state) => state.status?.roll);
  return (
    <span class="soft" role="status">
      {total !== undefined && countText(total, 'content', 'contents')}
      {roll?.cut === true && ' (the tracker has more than are kept here)'}
    </span>
  );
}

/** The same row as the roll has it now; null once nobody has it any more, nothing before that is known. */
function useFresh(opened: ContentBody | undefined): ContentBody | null | undefined {
  const { calls } = useApp();
  const version = useStore((state) => state.version);
  const [fresh, setFresh] = useState<ContentBody | null>();
  useEffect(() => {
    setFresh(undefined);
  }, [opened]);
  useEffect(() => {
    if (opened === undefined) return;
    const asking = new AbortController();
    const query = { pattern: opened.name, sort: 'name', order: 'up', offset: 0, limit: 500 } as const;
    calls.resources(query, asking.signal).then(
      ({ rows, total }) => {
        const found = rows.find(({ key }) => key === opened.key);
        if (found !== undefined || total <= rows.length) setFresh(found ?? null);
      },
      () => undefined,
    );
    return () => asking.abort();
  }, [opened, version]);
  return opened === undefined ? undefined : fresh;
}
