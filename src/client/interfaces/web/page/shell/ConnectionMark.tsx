import type { VNode } from 'preact';
import { useNow } from '../../../../../web/page/useNow.ts';
import type { ConnectionBody } from '../../api/bodies.ts';
import { hashOf } from '../route.ts';
import { useStore } from '../state/useApp.ts';

/** How we are connected, always in sight; leads to the place where that is changed. */
export function ConnectionMark(): VNode {
  const connection = useStore((state) => state.connection);
  const live = useStore((state) => state.stream === 'open' || state.stream === 'opening');
  const now = useNow(connection?.state === 'lost' ? 1000 : 30_000);
  const { tone, text, more, counts } = live ? markOf(connection, now) : unknown;
  return (
    <div class="connection" aria-live="polite">
      <a href={hashOf('connect')} class="button quiet" title={more}>
        <span class={`dot ${tone}`} />
        <span class="connection-name clip">{text}</span>{' '}
        {more !== undefined && (
          <span class={`connection-more clip soft ${tone}`} aria-hidden={counts}>
            {more}
          </span>
        )}
        <span class="unseen">, connection</span>
      </a>
    </div>
  );
}

const unknown: MarkText = { tone: '', text: 'Unknown', more: undefined };

interface MarkText {
  tone: 'good' | 'warn' | 'bad' | '';
  text: string;
  more: string | undefined;
  /** It changes each second, which nobody wants to have read out. */
  counts?: true;
}

function markOf(connection: ConnectionBody | undefined, now: number): MarkText {
  switch (connection?.state) {
    case undefined:
      return { tone: '', text: '…', more: undefined };
    case 'offline':
      return { tone: connection.error === undefined ? '' : 'bad', text: 'Offline', more: connection.error?.message };
    case 'connecting':
      return { tone: 'warn', text: 'Connecting', more: connection.server };
    case 'lost': {
      const seconds = Math.max(0, Math.ceil((connection.retryAt - now) / 1000));
      return {
        tone: 'warn',
        text: 'Reconnecting',
        more: seconds > 0 ? `next try in ${seconds} s` : connection.server,
        counts: true,
      };
    }
    case 'online':
      return connection.reachable
        ? { tone: 'good', text: connection.user, more: `at ${connection.server}` }
        : { tone: 'warn', text: connection.user, more: 'others cannot reach you' };
  }
}
