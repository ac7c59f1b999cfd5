import '../../../web/page/theme.css';
import './page.css';
import { render } from 'preact';
import { keptLook, setLook } from '../../../web/page/look.ts';
import { openAsk } from './ask.ts';
import { follow } from './follow.ts';
import { Page } from './Page.tsx';
import { newStore } from './store.ts';
import { forgetToken, keepToken, keptToken } from './token.ts';
import { Unlock } from './Unlock.tsx';

/** Shows the tracker, or asks for the token where it wants one and has not got it. */
function open(place: Element, token: string | undefined): void {
  const store = newStore();
  const ask = openAsk(token);
  const stop = follow({
    store,
    ask,
    token,
    locked() {
      stop();
      forgetToken();
      const unlock = (given: string): void => {
        keepToken(given);
        open(place, given);
      };
      render(<Unlock wrong={token !== undefined} unlock={unlock} />, place);
    },
  });
  render(<Page store={store} ask={ask} />, place);
}

setLook(keptLook());
const place = document.getElementById('page');
if (place !== null) open(place, keptToken());
