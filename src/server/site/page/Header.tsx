import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { keptLook, type Look, looks, setLook } from '../../../web/page/look.ts';
import { shortId } from '../../../web/page/texts.ts';
import type { StatusBody } from '../api/bodies.ts';
import { type Store, useStore } from './store.ts';

export function Header({ store }: { store: Store }): VNode {
  const stream = useStore(store, (state) => state.stream);
  const status = useStore(store, (state) => state.status);
  return (
    <header class="header">
      <h1 class="brand">
        <Mark />
        rollcall <span class="soft">tracker</span>
      </h1>
      {status && (
        <span class="soft small">
          port {status.port} · key <code>{shortId(status.fingerprint)}</code> · {status.version}
        </span>
      )}
      <span class="grow" />
      <span class="row small" role="status">
        <span class={`dot ${stream === 'open' ? 'good' : stream === 'opening' ? '' : 'bad'}`} />
        {stream === 'open' ? 'live' : stream === 'opening' ? 'connecting' : 'the tracker does not answer'}
      </span>
      <LookChoice />
    </header>
  );
}

/** What there is, in numbers. */
export function Counts({ store }: { store: Store }): VNode | null {
  const status = useStore(store, (state) => state.status);
  if (status === undefined) return null;
  return (
    <ul class="counts" aria-label="What there is">
      {countsOf(status).map(([value, text, tone]) => (
        <li key={text}>
          <span class={`figure-value ${value > 0 ? tone : ''}`}>{value.toLocaleString('en')}</span>
          <span class="soft small">{text}</span>
        </li>
      ))}
    </ul>
  );
}

function countsOf({ census: { users, sessions, resources, contents } }: StatusBody): [number, string, string][] {
  return [
    [users.alive, 'alive', ''],
    [users.suspect, 'suspect', 'warn'],
    [users.unreached, 'out of reach', 'warn'],
    [sessions, sessions === 1 ? 'session' : 'sessions', ''],
    [resources, resources === 1 ? 'resource' : 'resources', ''],
    [contents, contents === 1 ? 'content' : 'different contents', ''],
  ];
}

const lookTexts: Readonly<Record<Look, string>> = { system: 'System look', light: 'Light look', dark: 'Dark look' };

function LookChoice(): VNode {
  const [look, choose] = useState(keptLook);
  return (
    <select
      class="look"
      aria-label="Look"
      value={look}
      onChange={(event) => {
        const chosen = looks.find((one) => one === event.currentTarget.value) ?? 'system';
        setLook(chosen);
        choose(chosen);
      }}
    >
      {looks.map((one) => (
        <option key={one} value={one}>
          {lookTexts[one]}
        </option>
      ))}
    </select>
  );
}

const Mark = (): VNode => (
  <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true" fill="none" stroke-linecap="round">
    <rect class="mark-ground" width="32" height="32" rx="8" />
    <path class="mark-ink" d="M8 10h10M8 16h7M8 22h5" stroke-width="2.6" />
    <path class="mark-ink" d="M17 20.5l3.5 3.5L26 15" stroke-width="2.8" stroke-linejoin="round" />
  </svg>
);
