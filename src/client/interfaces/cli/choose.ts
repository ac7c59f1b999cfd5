import type { Found } from '../../app.ts';
import { type Chosen, choose, type Wanted, type Ways } from '../../choosing/choose.ts';
import { askOn } from './ask.ts';
import type { Terminal } from './terminal.ts';

const flags: Ways = { from: '--from OWNER', id: '--id CONTENT' };

/** Settles on one thing: a person at a terminal is asked, a program is told of the flags. @throws as `choose` does */
export const chooseAt = (found: Found, wanted: Wanted, terminal: Terminal, signal: AbortSignal): Promise<Chosen> =>
  choose(found, wanted, askOn(terminal, signal), flags);
