import { createInterface } from 'node:readline';
import { safeText } from '../../../base/safeText.ts';
import { untilAborted } from '../cli/abort.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { Answer, Prompt } from './prompt.ts';

/**
 * Questions to a program or a file behind stdin: every line is kept until it is asked for. Answers are shown as a
 * terminal would show them, so that what is read later reads the same.
 */
export function openPipedPrompt(terminal: Terminal): Prompt {
  const { stdin, stdout } = terminal;
  const reader = createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY });
  /** Made at once, since it keeps only what comes after that; it holds the input back while nobody asks. */
  const lines = reader[Symbol.asyncIterator]();
  let standing: string | undefined;
  const show = (question: string): void => {
    standing = question;
    stdout.write(safeText(question));
  };
  return {
    interactive: false,
    async ask(question, signal): Promise<Answer> {
      show(question);
      const next = await untilAborted(signal, lines.next());
      standing = undefined;
      stdout.write(next.done ? '\n' : `${safeText(next.value)}\n`);
      return next.done ? { answer: 'end' } : { answer: 'line', text: next.value };
    },
    print(line) {
      if (standing !== undefined) stdout.write('\n');
      terminal.print(line);
      if (standing !== undefined) show(standing);
    },
    [Symbol.dispose]: () => reader.close(),
  };
}
