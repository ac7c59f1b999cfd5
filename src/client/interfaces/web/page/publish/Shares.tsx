import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from '../../../../../web/page/Dialog.tsx';
import { BinIcon, FileIcon, FolderIcon, ShareIcon } from '../../../../../web/page/icons.tsx';
import { shortId, sizeText } from '../../../../../web/page/texts.ts';
import type { ShareBody } from '../../api/bodies.ts';
import { Copy } from '../shell/Copy.tsx';
import { Empty } from '../shell/Empty.tsx';
import { useApp, useDeed, useStore } from '../state/useApp.ts';

/** What we share now. */
export function Shares(): VNode {
  const shares = useStore((state) => state.shares);
  const [withdrawing, setWithdrawing] = useState<ShareBody>();
  return (
    <section class="stack tight" aria-labelledby="shares">
      <h2 id="shares">You share</h2>
      {shares?.length === 0 && (
        <div class="panel">
          <Empty icon={ShareIcon} title="You share nothing yet">
            <p>What you publish is listed for others as long as this program runs.</p>
          </Empty>
        </div>
      )}
      <ul class="cards">
        {shares?.map((share) => (
          <li key={share.name} class="panel card">
            <OneShare share={share} withdraw={() => setWithdrawing(share)} />
          </li>
        ))}
      </ul>
      {withdrawing !== undefined && <Withdraw share={withdrawing} onClose={() => setWithdrawing(undefined)} />}
    </section>
  );
}

function OneShare({ share, withdraw }: { share: ShareBody; withdraw(): void }): VNode {
  const { name, path, kind, size, id, description, to, error, hashing } = share;
  return (
    <>
      <div class="card-head">
        {kind === 'folder' ? <FolderIcon size={20} /> : <FileIcon size={20} />}
        <strong class="grow">
          <bdi>{name}</bdi>
        </strong>
        <StateBadge share={share} />
        <button
          type="button"
          class="quiet square danger"
          title="Withdraw"
          aria-label={`Withdraw ${name}`}
          onClick={withdraw}
        >
          <BinIcon />
        </button>
      </div>
      <div class="row small soft">
        {size !== null && <span>{sizeText(size)}</span>}
        <span class="grow clip" title={path}>
          <bdi>{path}</bdi>
        </span>
        {id !== null && (
          <span class="row close">
            <code>{shortId(id)}…</code>
            <Copy text={id} what="content id" />
          </span>
        )}
      </div>
      {description !== '' && <p dir="auto">{description}</p>}
      {to.length > 0 && (
        <p class="small">
          Only for{' '}
          {to.map((user, place) => (
            <span key={user}>
              {place > 0 && ', '}
              <bdi>{user}</bdi>
            </span>
          ))}
        </p>
      )}
      {hashing !== null && (
        <label class="hashing small soft">
          <progress value={hashing.bytes} max={Math.max(1, hashing.size)} />
          Reading it: {sizeText(hashing.bytes)} of {sizeText(hashing.size)}
        </label>
      )}
      {error !== null && (
        <p class="wrong" dir="auto">
          {error.message}
        </p>
      )}
    </>
  );
}

function StateBadge({ share: { state } }: { share: ShareBody }): VNode {
  const tone = { waiting: '', hashing: 'accent', shared: 'good', failed: 'bad' }[state];
  const text = { waiting: 'waits for a tracker', hashing: 'reading', shared: 'shared', failed: 'failed' }[state];
  return <span class={`badge ${tone}`}>{text}</span>;
}

function Withdraw({ share, onClose }: { share: ShareBody; onClose(): void }): VNode {
  const { calls } = useApp();
  const { busy, run } = useDeed();
  const withdraw = async (): Promise<void> => {
    await calls.withdraw(share.name);
    onClose();
  };
  return (
    <Dialog title="Withdraw it?" onClose={onClose}>
      <p>
        Others no longer find <bdi>{share.name}</bdi> with you. The file itself stays where it is.
      </p>
      <div class="row">
        <button type="button" class="primary" disabled={busy} onClick={() => run(withdraw)}>
          Withdraw
        </button>
        <button type="button" onClick={onClose}>
          Keep sharing
        </button>
      </div>
    </Dialog>
  );
}
