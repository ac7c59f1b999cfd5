import type { VNode } from 'preact';
import { BinIcon, TransferIcon } from '../../../../../web/page/icons.tsx';
import type { DownloadBody } from '../../api/bodies.ts';
import { hashOf } from '../route.ts';
import { Empty } from '../shell/Empty.tsx';
import { useApp, useDeed, useStore } from '../state/useApp.ts';
import { DownloadCard } from './DownloadCard.tsx';
import { finished, ordered } from './ordered.ts';
import { RatePlot } from './RatePlot.tsx';
import { Uploads } from './Uploads.tsx';

export function Transfers(): VNode {
  const downloads = useStore((state) => state.downloads);
  const uploads = useStore((state) => state.uploads);
  const rows = ordered(downloads ?? []);
  const idle = downloads !== undefined && rows.length === 0 && uploads.length === 0;
  return (
    <div class="stack">
      <h1>Transfers</h1>
      {!idle && <RatePlot />}
      {idle && (
        <div class="panel">
          <Empty icon={TransferIcon} title="Nothing is on its way">
            <p>Choose something among the resources, and its download appears here.</p>
            <a class="button primary" href={hashOf('resources')}>
              Resources
            </a>
          </Empty>
        </div>
      )}
      {rows.length > 0 && <Downloads rows={rows} />}
      {uploads.length > 0 && <Uploads uploads={uploads} />}
    </div>
  );
}

function Downloads({ rows }: { rows: readonly DownloadBody[] }): VNode {
  const { calls } = useApp();
  const { busy, run } = useDeed();
  const over = rows.filter(finished);
  const clear = async (): Promise<void> => {
    await Promise.all(over.map(({ id }) => calls.forget(id)));
  };
  return (
    <section class="stack tight" aria-labelledby="down">
      <div class="row">
        <h2 id="down" class="grow">
          Down
        </h2>
        {over.length > 0 && (
          <button type="button" class="quiet" disabled={busy} onClick={() => run(clear)}>
            <BinIcon size={16} /> Clear finished
          </button>
        )}
      </div>
      <ul class="cards">
        {rows.map((download) => (
          <li key={download.id} class="panel card">
            <DownloadCard download={download} />
          </li>
        ))}
      </ul>
    </section>
  );
}
