import { RollcallError } from '../../../base/errors.ts';
import { safeText } from '../../../base/safeText.ts';
import type { Ask } from '../../choosing/choose.ts';
import { choiceText } from './choiceText.ts';
import type { Terminal } from './terminal.ts';

/** Asks a person which content is meant. */
export function askOn(terminal: Terminal, signal: AbortSignal): Ask | undefined {
  const select = selectOn(terminal, signal);
  return select && ((question, records) => select(question, records.map(choiceText)));
}

/** Gives the place of what was chosen. @throws RollcallError `interrupted` */
type Select = (question: string, options: readonly string[]) => Promise<number>;

/** Asks with arrow keys, on stderr so that stdout stays data; nothing where no person is at a terminal. */
export function selectOn(terminal: Terminal, signal: AbortSignal): Select | undefined {
  const { stdin, stderr, json } = terminal;
  if (json || !stdin.isTTY || !stderr.isTTY) return undefined;
  return async (question, options) => {
    const { createPromptModule } = (await import('inquirer')).default;
    const prompt = createPromptModule({ input: stdin, output: stderr, signal });
    const choices = options.map((option, value) => ({ name: safeText(option), value }));
    try {
      const { place } = await prompt([{ type: 'select', name: 'place', message: safeText(question), choices }]);
      return place;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error;
      throw new RollcallError('interrupted', 'nothing was chosen', { cause: error });
    }
  };
}
