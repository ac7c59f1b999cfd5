import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { FileIcon, FolderIcon, WarnIcon } from '../../../../../web/page/icons.tsx';
import { durationText, momentText, rateText, shortId, sizeText } from '../../../../../web/page/texts.ts';
import type { DownloadBody } from '../../api/bodies.ts';
import { Copy } from '../shell/Copy.tsx';
import { Actions } from './Actions.tsx';
import { Pieces } from './Pieces.tsx';
import { usePieces } from './usePieces.ts';

export function DownloadCard({ download }: { download: DownloadBody }): VNode {
  const { name, kind, state, size, bytes, error, owners } = download;
  const [opened, setOpened] = useState(false);
  const pieces = usePieces(download, opened);
  const running = state === 'running';
  return (
    <>
      <div class="card-head">
        {kind === 'folder' ? <FolderIcon size={20} /> : <FileIcon size={20} />}
        <strong class="grow">
          <bdi>{name}</bdi>
        </strong>
        <StateBadge download={download} />
        <Actions download={download} />
      </div>
      {state !== 'done' && state !== 'cancelled' && (
        <div class="progress">
          <progress class="unseen" value={bytes} max={Math.max(1, size ?? 1)} aria-label={`Progress of ${name}`} />
          <Pieces pieces={pieces} share={size ? bytes / size : 0} resting={!running} />
        </div>
      )}
      <div class="row small soft" aria-live="off">
        <Figures download={download} />
        {(owners.length > 0 || running) && (
          <button type="button" class="textual" aria-expanded={opened} onClick={() => setOpened(!opened)}>
            {opened ? 'Less' : 'More'}
          </button>
        )}
      </div>
      {error !== null && state === 'failed' && (
        <p class="wrong" dir="auto">
          <WarnIcon size={16} /> {error.message}
        </p>
      )}
      {state === 'done' && <Saved download={download} />}
      {opened && <Owners download={download} pieces={pieces} />}
    </>
  );
}

function StateBadge({ download: { state, content } }: { download: DownloadBody }): VNode {
  if (state === 'done') {
    return content === null ? <span class="badge warn">unverified</span> : <span class="badge good">verified</span>;
  }
  const tone = { queued: '', running: 'accent', paused: 'warn', failed: 'bad', cancelled: '' }[state];
  const text = { queued: 'waiting', running: 'running', paused: 'paused', failed: 'failed', cancelled: 'cancelled' }[
    state
  ];
  return <span class={`badge ${tone}`}>{text}</span>;
}

function Figures({ download }: { download: DownloadBody }): VNode {
  const { state, bytes, size, rate, secondsLeft, from, waiting, seconds, endedAt } = download;
  if (state === 'done') {
    return (
      <span class="grow">
        {sizeText(size ?? bytes)} in {durationText(Math.max(1, seconds))}
        {seconds >= 1 && `, ${rateText((size ?? bytes) / seconds)}`}
        {endedAt !== null && `, ${momentText(endedAt)}`}
      </span>
    );
  }
  const percent = size ? `${Math.floor((100 * bytes) / size)}%` : '';
  return (
    <span class="grow figures">
      <span>{percent}</span>
      <span>
        {sizeText(bytes)} of {sizeText(size)}
      </span>
      {state === 'running' && <span>{rateText(rate)}</span>}
      {state === 'running' && secondsLeft !== null && <span>{durationText(secondsLeft)} left</span>}
      {state === 'queued' && <span>it waits until another one is done</span>}
      {waiting !== null && (
        <span>
          place {waiting.place} in the line of <bdi>{waiting.owner}</bdi>
        </span>
      )}
      {waiting === null && state === 'running' && bytes === 0 && (
        <span>
          asking <bdi>{from}</bdi>
        </span>
      )}
    </span>
  );
}

function Saved({ download: { path, content } }: { download: DownloadBody }): VNode {
  return (
    <div class="saved small">
      {path !== null && (
        <code class="wrap">
          <bdi>{path}</bdi>
        </code>
      )}
      {content === null ? (
        <span class="soft">
          Its owner’s program cannot prove what it sends: nobody checked that this is what was shared.
        </span>
      ) : (
        <span class="row close soft">
          Every byte checked against <code>{shortId(content)}…</code>
          <Copy text={content} what="content id" />
        </span>
      )}
    </div>
  );
}

function Owners({ download, pieces }: { download: DownloadBody; pieces: ReturnType<typeof usePieces> }): VNode {
  const { owners } = download;
  return (
    <div class="stack tight">
      {pieces != null && (
        <p class="small soft">
          {pieces.have.toLocaleString('en')} of {pieces.pieces.toLocaleString('en')} pieces are here and verified.
        </p>
      )}
      {owners.length === 0 && <p class="small soft">Nobody has sent a byte of it since this start.</p>}
      {owners.length > 0 && (
        <table class="feeds small" aria-label="Owners that feed it">
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col" class="number">
                Sent
              </th>
              <th scope="col" class="number">
                Rate
              </th>
            </tr>
          </thead>
          <tbody>
            {owners.map(({ owner, bytes, rate }) => (
              <tr key={owner}>
                <td>
                  <bdi>{owner}</bdi>
                </td>
                <td class="number">{sizeText(bytes)}</td>
                <td class="number">{rateText(rate)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
