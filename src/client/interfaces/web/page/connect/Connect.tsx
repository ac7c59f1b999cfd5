import type { VNode } from 'preact';
import { WarnIcon } from '../../../../../web/page/icons.tsx';
import { clockText, durationText } from '../../../../../web/page/texts.ts';
import { useNow } from '../../../../../web/page/useNow.ts';
import type { ConnectionBody } from '../../api/bodies.ts';
import { Copy } from '../shell/Copy.tsx';
import { useApp, useDeed, useStore } from '../state/useApp.ts';
import { ConnectForm } from './ConnectForm.tsx';

export function Connect(): VNode {
  const connection = useStore((state) => state.connection);
  const version = useStore((state) => state.status?.version);
  return (
    <div class="stack narrow">
      <h1>Connection</h1>
      {connection !== undefined && connection.state !== 'offline' && <Now connection={connection} />}
      {connection !== undefined && <ConnectForm connection={connection} />}
      {version !== undefined && <p class="small soft">rollcall {version}</p>}
    </div>
  );
}

type There = Exclude<ConnectionBody, { state: 'offline' }>;

function Now({ connection }: { connection: There }): VNode {
  const { calls } = useApp();
  const { busy, run } = useDeed();
  return (
    <section class="panel padded stack" aria-labelledby="now">
      <div class="row">
        <h2 id="now" class="grow">
          {heading[connection.state]} <bdi>{connection.server}</bdi>
        </h2>
        <button type="button" disabled={busy} onClick={() => run(() => calls.disconnect())}>
          {connection.state === 'connecting' ? 'Stop' : 'Disconnect'}
        </button>
      </div>
      <Details connection={connection} />
    </section>
  );
}

const heading = { connecting: 'Connecting to', online: 'Connected to', lost: 'Lost' } as const;

function Details({ connection }: { connection: There }): VNode {
  const now = useNow(1000);
  switch (connection.state) {
    case 'connecting':
      return (
        <p>
          As <bdi>{connection.user}</bdi>.
        </p>
      );
    case 'lost':
      return (
        <div class="notice warn" role="status">
          <WarnIcon />
          <div>
            <p dir="auto">{connection.why}</p>
            <p>
              It is tried again by itself
              {connection.retryAt > now ? `, next at ${clockText(connection.retryAt)}` : ''}. Transfers between peers go
              on meanwhile.
            </p>
          </div>
        </div>
      );
    case 'online':
      return (
        <>
          {!connection.reachable && (
            <div class="notice warn">
              <WarnIcon />
              <div>
                <p>Others see you, but cannot download from you.</p>
                <p dir="auto">{connection.reason ?? `Is port ${connection.port} open in the firewall?`}</p>
              </div>
            </div>
          )}
          <dl class="facts">
            <dt>User</dt>
            <dd>
              <bdi>{connection.user}</bdi>
            </dd>
            <dt>Peer port</dt>
            <dd>
              {connection.port}, {connection.reachable ? 'reachable' : 'not reachable'}
            </dd>
            <dt>For</dt>
            <dd>{durationText((now - connection.since) / 1000)}</dd>
            <dt>Tracker’s key</dt>
            <dd class="row">
              <code class="grow clip">{connection.fingerprint}</code>
              <Copy text={connection.fingerprint} what="key" />
            </dd>
          </dl>
        </>
      );
  }
}
