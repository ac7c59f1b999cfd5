import { openStore, type Store as StoreOf } from '../../../web/page/store.ts';
import { initialState, reduce, type State, type Told } from './state.ts';

export type Store = StoreOf<State, Told>;

export const newStore = (): Store => openStore<State, Told>({ first: initialState, reduce });
