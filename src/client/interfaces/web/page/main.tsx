import '../../../../web/page/theme.css';
import './page.css';
import { render } from 'preact';
import { keptLook, setLook } from '../../../../web/page/look.ts';
import { openAsk } from './calls/ask.ts';
import { openCalls } from './calls/calls.ts';
import { codeOf, enter, forgetToken } from './calls/token.ts';
import { Locked } from './shell/Locked.tsx';
import { Page } from './shell/Page.tsx';
import { follow } from './state/follow.ts';
import { newStore } from './state/store.ts';
import { type App, AppContext } from './state/useApp.ts';

const kept = [localStorage, sessionStorage];

function start(token: string, place: Element): void {
  const store = newStore();
  const locked = (): void => {
    stop();
    forgetToken(kept);
    render(<Locked />, place);
  };
  const calls = openCalls(openAsk(token, locked));
  let number = 0;
  const app: App = {
    store,
    calls,
    token,
    say(tone, text, to) {
      number += 1;
      store.tell({ event: 'notice', body: { number, tone, text, to } });
    },
  };
  const stop = follow(app, locked);
  render(
    <AppContext.Provider value={app}>
      <Page />
    </AppContext.Provider>,
    place,
  );
}

async function open(): Promise<void> {
  setLook(keptLook());
  const place = document.getElementById('page');
  if (place === null) return;
  // A fresh address that is opened in this tab changes its fragment only.
  addEventListener('hashchange', () => {
    if (codeOf(location.hash) !== undefined) location.reload();
  });
  const hideFragment = (): void => history.replaceState(null, '', location.pathname);
  const token = await enter({ fragment: location.hash, hideFragment, kept, fetch: (...asked) => fetch(...asked) });
  if (token === undefined) render(<Locked />, place);
  else start(token, place);
}

void open();
