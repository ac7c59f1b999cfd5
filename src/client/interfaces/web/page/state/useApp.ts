import { createContext } from 'preact';
import { useContext, useState } from 'preact/hooks';
import { usePart } from '../../../../../web/page/store.ts';
import type { Calls } from '../calls/calls.ts';
import { problemText } from '../calls/problem.ts';
import type { State } from './state.ts';
import type { Store } from './store.ts';

/** What every part of the page has at hand. */
export interface App {
  store: Store;
  calls: Calls;
  token: string;
  say(tone: 'good' | 'bad' | 'plain', text: string, to?: { hash: string; text: string }): void;
}

export const AppContext = createContext<App | undefined>(undefined);

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error('outside of the page');
  return app;
}

/** A part of the state; drawn anew when that part is another one. */
export function useStore<Part>(pick: (state: State) => Part): Part {
  return usePart(useApp().store, pick);
}

/** Does what a person asked for, and says so where it fails. `busy` while it does. */
export function useDeed(): { busy: boolean; run(deed: () => Promise<unknown>): Promise<void> } {
  const { say } = useApp();
  const [busy, setBusy] = useState(false);
  const run = async (deed: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    try {
      await deed();
    } catch (error) {
      say('bad', problemText(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, run };
}
