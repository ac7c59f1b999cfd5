import type { Log } from '../../base/log.ts';
import type { Operator } from '../brain/operator.ts';
import { complete } from './complete.ts';
import { type Console, createConsole } from './console.ts';
import type { Face } from './face.ts';
import { openPipe } from './pipe.ts';
import { openPrompt } from './prompt.ts';
import type { Screen } from './screen.ts';

export interface OpenConsoleParts {
  operator: Operator;
  /** Of the terminal that this process runs at; missing where lines come from elsewhere. */
  screen: Screen | undefined;
  /** The operator wants the tracker to end. */
  quit(): void;
  log: Log;
}

/** The console of this process, on its own input and output. */
export function openConsole({ operator, screen, quit, log }: OpenConsoleParts): Console {
  const { stdin, stdout } = process;
  const face: Face =
    screen === undefined
      ? openPipe(stdin, stdout)
      : openPrompt({
          input: stdin,
          output: stdout,
          screen,
          complete: (line) => complete(line, operator),
          // While a prompt reads the terminal, Ctrl-C is no signal until somebody makes it one.
          interrupt: () => void (operatorConsole.stop() || process.emit('SIGINT', 'SIGINT')),
        });
  const operatorConsole = createConsole({
    operator,
    face,
    quit,
    ended() {
      // Ctrl-D. Where the terminal itself is gone, nobody has typed anything.
      if (screen !== undefined && !stdin.readableEnded && !stdin.destroyed) quit();
    },
    log,
  });
  screen?.write('Type help for what can be asked here.\n');
  return operatorConsole;
}
