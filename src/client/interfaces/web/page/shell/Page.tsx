import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Connect } from '../connect/Connect.tsx';
import { LogPage } from '../log/LogPage.tsx';
import { OpenApiPage } from '../openapi/OpenApiPage.tsx';
import { DropZone } from '../publish/DropZone.tsx';
import { Publish } from '../publish/Publish.tsx';
import { Resources } from '../resources/Resources.tsx';
import { Roll } from '../roll/Roll.tsx';
import type { Place, Route } from '../route.ts';
import { Settings } from '../settings/Settings.tsx';
import { useStore } from '../state/useApp.ts';
import { Transfers } from '../transfers/Transfers.tsx';
import { useRoute } from '../useRoute.ts';
import { Header } from './Header.tsx';
import { Nav } from './Nav.tsx';
import { Notices } from './Notices.tsx';
import { titles } from './titles.tsx';

export function Page(): VNode {
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const connection = useStore((state) => state.connection);
  const shown = useRef(route.place);
  const asking = useRef(false);
  // The form stays while it connects: what was typed into it would be lost.
  const unanswered = asking.current && connection?.state === 'connecting';
  asking.current = location.hash === '' && (connection?.state === 'offline' || unanswered);
  const place: Place = asking.current ? 'connect' : route.place;
  useEffect(() => {
    document.title = `${titles[place].text} · rollcall`;
    // So that a screen reader starts at what was gone to.
    if (shown.current !== place) main.current?.focus();
    shown.current = place;
  }, [place]);
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Header />
      <Nav place={place} />
      <main id="main" ref={main} tabIndex={-1} class={`main at-${place}`}>
        <Content place={place} route={route} />
      </main>
      <Notices />
      <DropZone />
    </div>
  );
}

function Content({ place, route }: { place: Place; route: Route }): VNode {
  switch (place) {
    case 'connect':
      return <Connect />;
    case 'roll':
      return <Roll />;
    case 'resources':
      return <Resources route={route} />;
    case 'publish':
      return <Publish />;
    case 'transfers':
      return <Transfers />;
    case 'log':
      return <LogPage />;
    case 'settings':
      return <Settings />;
    case 'api':
      return <OpenApiPage />;
  }
}
