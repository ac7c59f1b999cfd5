import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { keptLook, type Look, looks, setLook } from '../../../web/page/look.ts';
import { Mark } from '../../../web/page/Mark.tsx';
import { usePart } from '../../../web/page/store.ts';
import { shortId } from '../../../web/page/texts.ts';
import type { StatusBody } from '../api/bodies.ts';
import type { Store } from './store.ts';

export function Header({ store }: { store: Store }): VNode {
  const stream = usePart(store, (state) => state.stream);
  const status = usePart(store, (state) => state.status);
  return (
    <header class="header">
      <h1 class="brand">
        <Mark size={24} />
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
  const status = usePart(store, (state) => state.status);
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
