import type { VNode } from 'preact';
import { useId, useState } from 'preact/hooks';
import { addressText } from '../../../../../base/address.ts';
import { Dialog } from '../../../../../web/page/Dialog.tsx';
import { DownIcon, LinkIcon, WarnIcon } from '../../../../../web/page/icons.tsx';
import { countText, momentText, sizeText } from '../../../../../web/page/texts.ts';
import type { ContentBody } from '../../api/bodies.ts';
import { Copy } from '../shell/Copy.tsx';
import { useStore } from '../state/useApp.ts';
import { LinkDialog } from './LinkDialog.tsx';
import type { StartDownload } from './useDownload.ts';

export interface DetailsProps {
  row: ContentBody;
  /** Nobody has it any more. */
  gone: boolean;
  me: string | undefined;
  download: StartDownload;
  onClose(): void;
}

/** All that is known of one content, and who has it. */
export function Details({ row, gone, me, download, onClose }: DetailsProps): VNode {
  const [picked, setPicked] = useState<string>();
  const [linking, setLinking] = useState(false);
  const [busy, setBusy] = useState(false);
  const others = row.owners.filter(({ user }) => user !== me);
  const chosen = others.find(({ user }) => user === picked) ?? others[0];
  const start = async (from?: string): Promise<void> => {
    setBusy(true);
    await download(row, from);
    setBusy(false);
  };
  return (
    <Dialog title={<bdi>{row.name}</bdi>} drawer onClose={onClose}>
      {gone && (
        <div class="notice warn" role="status">
          <WarnIcon />
          <p>Nobody shares this any more.</p>
        </div>
      )}
      {row.namesakes > 1 && (
        <div class="notice warn">
          <WarnIcon />
          <p>
            {row.namesakes} different {row.kind === 'folder' ? 'contents' : 'files'} go by this name. Size, time and id
            tell which one this is.
          </p>
        </div>
      )}
      {row.description !== '' && <p dir="auto">{row.description}</p>}
      <Facts row={row} />
      <Owners row={row} me={me} chosen={chosen?.user} pick={setPicked} />
      <Progress row={row} />
      {others.length > 0 && !gone && (
        <div class="stack tight">
          <button type="button" class="primary" disabled={busy} onClick={() => void start()}>
            <DownIcon /> Download{others.length > 1 ? ` from all ${others.length} owners` : ''}
          </button>
          <button type="button" disabled={busy} onClick={() => void start(chosen?.user)}>
            Download from selected peer
          </button>
        </div>
      )}
      {row.id !== null && !gone && (
        <button type="button" onClick={() => setLinking(true)}>
          <LinkIcon /> Link or QR code for a phone
        </button>
      )}
      {linking && <LinkDialog row={row} from={picked} onClose={() => setLinking(false)} />}
    </Dialog>
  );
}

function Facts({ row: { kind, size, modified, id } }: { row: ContentBody }): VNode {
  return (
    <dl class="facts">
      <dt>Kind</dt>
      <dd>{kind === 'folder' ? 'Folder' : 'File'}</dd>
      <dt>Size</dt>
      <dd>
        {sizeText(size)}
        {size !== null && size >= 1000 && <span class="soft"> ({size.toLocaleString('en')} bytes)</span>}
      </dd>
      <dt>Changed</dt>
      <dd>{momentText(modified)}</dd>
      <dt>Content id</dt>
      <dd>
        {id === null ? (
          'None: its owner’s program cannot prove what it sends, so it is saved unverified.'
        ) : (
          <span class="row">
            <code class="grow wrap">{id}</code>
            <Copy text={id} what="content id" />
          </span>
        )}
      </dd>
    </dl>
  );
}

interface OwnersProps {
  row: ContentBody;
  me: string | undefined;
  chosen: string | undefined;
  pick(user: string): void;
}

function Owners({ row: { owners }, me, chosen, pick }: OwnersProps): VNode {
  const name = useId();
  return (
    <fieldset class="owner-list">
      <legend class="label">
        {countText(owners.length, 'owner', 'owners')}
        {owners.length > 1 && <span class="hint"> with exactly this content</span>}
      </legend>
      {owners.map(({ user, address, port, state }) => (
        <label key={`${user} ${address} ${port}`} class="owner-choice">
          <input
            type="radio"
            name={name}
            checked={user === chosen}
            disabled={user === me}
            onChange={() => pick(user)}
          />
          <span class="grow">
            <bdi>{user}</bdi> {user === me && <span class="badge accent">you</span>}
            <span class="small soft block">{addressText(address, port)}</span>
          </span>
          <span class={`badge ${state === 'alive' ? 'good' : 'warn'}`}>{state}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Where it is being fetched already, how far it is. */
function Progress({ row }: { row: ContentBody }): VNode | null {
  const download = useStore(({ downloads }) =>
    downloads?.findLast(({ content, name }) => content === row.id && name === row.name),
  );
  if (download === undefined || download.state === 'cancelled') return null;
  const percent = download.size ? Math.floor((100 * download.bytes) / download.size) : 0;
  const text = {
    queued: 'It waits for its turn.',
    running: `It is being downloaded: ${percent}%.`,
    paused: `Its download is paused at ${percent}%.`,
    done: 'You have downloaded it.',
    failed: 'Its download failed.',
  }[download.state];
  return (
    <div class={`notice ${download.state === 'done' ? 'good' : ''}`}>
      <span class="grow">{text}</span>
      <a href="#/transfers">Transfers</a>
    </div>
  );
}
