import { useEffect, useRef, useState } from 'preact/hooks';

/** What a page knows, and who is told of its changes: once for all that came together. */
export interface Store<State, Told> {
  state(): State;
  tell(told: Told): void;
  watch(changed: () => void): () => void;
}

export interface StoreOptions<State, Told> {
  first: State;
  /** The same state where nothing changed. */
  reduce(state: State, told: Told): State;
  /** Runs what it is given once, soon. */
  later?: ((run: () => void) => void) | undefined;
}

/** A page that is not in sight has no frames: then it is drawn that often, milliseconds. */
const hiddenMs = 500;

/** Before the next frame, or a moment later where the page is not in sight. */
function beforeFrame(run: () => void): void {
  if (document.hidden) setTimeout(run, hiddenMs);
  else requestAnimationFrame(run);
}

export function openStore<State, Told>(options: StoreOptions<State, Told>): Store<State, Told> {
  const { first, reduce, later = beforeFrame } = options;
  let state = first;
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

/** A part of the state; drawn anew when that part is another one. */
export function usePart<State, Part>(
  store: Pick<Store<State, never>, 'state' | 'watch'>,
  pick: (state: State) => Part,
): Part {
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
