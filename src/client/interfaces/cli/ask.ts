import { RollcallError } from '../../../base/errors.ts';
import { safeText } from '../../../base/safeText.ts';
import type { Ask } from './choose.ts';
import type { Terminal } from './terminal.ts';

/** Asks with arrow keys, on stderr so that stdout stays data; nothing where no person is at a terminal. */
export function askOn(terminal: Terminal, signal: AbortSignal): Ask | undefined {
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
