import type { UserName } from '../../../base/names.ts';
import type { Guest, Visitor } from '../../app.ts';
import { untilAborted } from '../cli/abort.ts';
import type { Context } from '../cli/context.ts';
import type { Presence } from './presence.ts';
import type { Screen } from './screen.ts';

/** What verbs work with. */
export interface Room extends Pick<Context, 'terminal' | 'clock' | 'cwd'> {
  screen: Screen;
  presence: Presence;
  /** Whoever may ask the tracker: the user who is connected, else nobody in particular. */
  asker(): Promise<Visitor>;
  /** Opens the tracker as a user for a moment, which registers the name. */
  visit(user: UserName): Promise<Guest>;
  /** Ends the verb that runs. */
  signal: AbortSignal;
}

/** All rows of a list, without waiting for a tracker that is away once somebody says stop. */
export function collect<T>({ signal }: Pick<Room, 'signal'>, rows: AsyncIterable<T>): Promise<T[]> {
  const reading = async (): Promise<T[]> => {
    const all: T[] = [];
    for await (const row of rows) {
      signal.throwIfAborted();
      all.push(row);
    }
    return all;
  };
  return untilAborted(signal, reading());
}

/** Whether a name is somebody's, be he here or away. */
export async function isRegistered(
  { asker, signal }: Pick<Room, 'asker' | 'signal'>,
  user: UserName,
): Promise<boolean> {
  return untilAborted(signal, (await asker()).isRegistered(user));
}
