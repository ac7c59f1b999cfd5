import { asRollcallError, RollcallError, unreachable } from '../../../base/errors.ts';
import type { Ending } from '../cli/ending.ts';
import { announce } from './announce.ts';
import { download } from './download.ts';
import { listResources, listUsers } from './lists.ts';
import type { Answer } from './prompt.ts';
import type { Room } from './room.ts';
import { invalidChoice, menuLines, questions } from './texts.ts';

/** Who tells of Ctrl-C while no question stands open. */
export type Interrupts = Pick<Ending, 'intercept'>;

/**
 * Shows the menu until somebody leaves: by option 5, by the end of the input, or by Ctrl-C twice in a row. What goes
 * wrong in an option is told, and the menu comes back. Rejects with the signal's reason once that is aborted.
 */
export async function menu(room: Room, interrupts: Interrupts): Promise<void> {
  const { prompt, signal } = room;
  for (let interrupted = false; ; ) {
    for (const line of menuLines) prompt.print(line);
    const answer = await prompt.ask(questions.option, signal);
    switch (answer.answer) {
      case 'end':
        return;
      case 'interrupt':
        if (interrupted) return;
        interrupted = true;
        prompt.print('Press Ctrl-C again to leave.');
        break;
      case 'line': {
        const option = answer.text.trim();
        if (option === '5') return;
        const outcome = await attempt(room, option, interrupts);
        if (outcome === 'end') return;
        interrupted = outcome === 'interrupt';
        break;
      }
      default:
        unreachable(answer);
    }
  }
}

/** Performs an option, which Ctrl-C at a terminal stops; says how its last question was answered. */
async function attempt(room: Room, option: string, interrupts: Interrupts): Promise<Answer['answer']> {
  const stop = new AbortController();
  const stopped = new RollcallError('interrupted', 'Stopped.');
  using _intercept = room.prompt.interactive ? interrupts.intercept(() => stop.abort(stopped)) : undefined;
  try {
    return await perform({ ...room, signal: AbortSignal.any([room.signal, stop.signal]) }, option);
  } catch (error) {
    room.signal.throwIfAborted();
    const known = stop.signal.aborted && !(error instanceof RollcallError) ? stopped : asRollcallError(error);
    room.prompt.print(known.message);
    return stop.signal.aborted ? 'interrupt' : 'line';
  }
}

async function perform(room: Room, option: string): Promise<Answer['answer']> {
  switch (option) {
    case '1':
      return await announce(room);
    case '2':
      await listResources(room);
      return 'line';
    case '3':
      await listUsers(room);
      return 'line';
    case '4':
      return await download(room);
    default:
      room.prompt.print(invalidChoice);
      return 'line';
  }
}
