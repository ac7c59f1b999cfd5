import { createInterface } from 'node:readline';
import { untilAborted } from '../cli/abort.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { Screen } from './screen.ts';

/** Lines from a program or a file: no prompt, no echo, nothing on stdout but results. */
export function openPipedScreen(terminal: Terminal): Screen {
  const reader = createInterface({ input: terminal.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  /** Made at once, since it keeps only what comes after that; it holds the input back while nobody asks. */
  const lines = reader[Symbol.asyncIterator]();
  return {
    async next(signal) {
      const next = await untilAborted(signal, lines.next());
      return next.done ? { answer: 'end' } : { answer: 'line', text: next.value };
    },
    print: (line) => terminal.print(line),
    say: (line) => terminal.say(line),
    warn: (line) => terminal.warn(line),
    intercept: () => ({ [Symbol.dispose]() {} }),
    [Symbol.asyncDispose]: async () => reader.close(),
  };
}
