import type { Happening, ToldEvent } from './reduce.ts';
import { reduce } from './reduce.ts';
import { initialState, type State } from './state.ts';

/** The state, and who is told of its changes: once for all that came together. */
export interface Store {
  state(): State;
  tell(told: ToldEvent | Happening): void;
  watch(changed: () => void): () => void;
}

/** `later` runs what it is given once, soon: before the next frame, or a moment later where the page is not in sight. */
export function openStore(later: (run: () => void) => void): Store {
  let state = initialState;
  let due = false;
  const watchers = new Set<() => void>();
  return {
    state: () => state,
    tell(told) {
      const next = reduce(state, told);
      if (next === state) return;
      state = next;
      if (due) return;
      due = true;
      later(() => {
        due = false;
        for (const changed of [...watchers]) changed();
      });
    },
    watch(changed) {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
  };
}
