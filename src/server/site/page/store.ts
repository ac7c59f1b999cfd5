import { useEffect, useRef, useState } from 'preact/hooks';
import { initialState, reduce, type State, type Told } from './state.ts';

/** The state, and who is told of its changes: once for all that came within a frame. */
export interface Store {
  state(): State;
  tell(told: Told): void;
  watch(changed: () => void): () => void;
}

/** A page that is not in sight has no frames: then it is drawn that often, milliseconds. */
const hiddenMs = 500;

export function openStore(): Store {
  let state = initialState;
  let due = false;
  const watchers = new Set<() => void>();
  const draw = (): void => {
    due = false;
    for (const changed of [...watchers]) changed();
  };
  return {
    state: () => state,
    tell(told) {
      state = reduce(state, told);
      if (due) return;
      due = true;
      if (document.hidden) setTimeout(draw, hiddenMs);
      else requestAnimationFrame(draw);
    },
    watch(changed) {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
  };
}

/** A part of the state; drawn anew when that part is another one. */
export function useStore<Part>(store: Store, pick: (state: State) => Part): Part {
  const [, draw] = useState({});
  const part = pick(store.state());
  const drawn = useRef(part);
  drawn.current = part;
  const picker = useRef(pick);
  picker.current = pick;
  useEffect(
    () =>
      store.watch(() => {
        if (picker.current(store.state()) !== drawn.current) draw({});
      }),
    [store],
  );
  return part;
}
