import { openStore, type Store as StoreOf } from '../../../../../web/page/store.ts';
import { type Happening, reduce, type ToldEvent } from './reduce.ts';
import { initialState, type State } from './state.ts';

export type Store = StoreOf<State, ToldEvent | Happening>;

/** `later` as the store of any page has it. */
export const newStore = (later?: (run: () => void) => void): Store =>
  openStore<State, ToldEvent | Happening>({ first: initialState, reduce, later });
