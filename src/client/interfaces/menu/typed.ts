import { safeText } from '../../../base/safeText.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { Answer, Prompt } from './prompt.ts';

interface Key {
  ctrl?: boolean | undefined;
  name?: string | undefined;
}

/** Why a prompt is taken away: to print lines above it, or since Ctrl-D ended the input. */
type Aside = 'print' | 'end';

/** Questions to a person at a terminal, by inquirer. */
export async function openTypedPrompt(terminal: Terminal): Promise<Prompt> {
  const { stdin, stdout } = terminal;
  const { createPromptModule } = (await import('inquirer')).default;
  const waiting: string[] = [];
  let standing: AbortController | undefined;
  let typed = '';

  const flush = (): void => {
    for (const line of waiting.splice(0)) terminal.print(line);
  };
  /** Inquirer does not see the end of the input, which would leave the question standing for good. */
  const watchEnd = (_text: string | undefined, key: Key | undefined): void => {
    if (key?.ctrl && key.name === 'd' && typed === '') standing?.abort('end' satisfies Aside);
  };
  stdin.on('keypress', watchEnd);

  /** Asks once; inquirer leaves nothing of it on the screen. */
  const askOnce = async (question: string, aside: AbortSignal): Promise<string> => {
    let answer = '';
    const prompt = createPromptModule({ input: stdin, output: stdout, signal: aside, clearPromptOnDone: true });
    await prompt([
      {
        type: 'input',
        name: 'line',
        ...classicLook(question),
        default: typed,
        prefill: 'editable',
        transformer(text: string) {
          typed = text;
          return `${safeText(text)}${endOfLine}`;
        },
        /** Inquirer would take an emptied line for the text that it began with. */
        validate() {
          answer = typed;
          return true;
        },
      },
    ]);
    return answer;
  };

  const settle = (question: string, shown: string, answer: Answer): Answer => {
    terminal.print(`${question}${shown}`);
    return answer;
  };

  return {
    interactive: true,
    async ask(question, signal) {
      for (typed = ''; ; ) {
        signal.throwIfAborted();
        standing = new AbortController();
        try {
          const text = await askOnce(question, AbortSignal.any([standing.signal, signal]));
          return settle(question, text, { answer: 'line', text });
        } catch (error) {
          signal.throwIfAborted();
          if (standing.signal.reason === 'end') return settle(question, '', { answer: 'end' });
          if (error instanceof Error && error.name === 'ExitPromptError') {
            return settle(question, typed, { answer: 'interrupt' });
          }
          if (!standing.signal.aborted) throw error;
        } finally {
          standing = undefined;
          flush();
        }
      }
    },
    print(line) {
      if (standing === undefined) return terminal.print(line);
      waiting.push(line);
      standing.abort('print' satisfies Aside);
    },
    [Symbol.dispose]: () => void stdin.off('keypress', watchEnd),
  };
}

/** Inquirer cuts spaces off a line's end, and the space after a question with them, unless something invisible follows. */
const endOfLine = '\u001b[0m';

const asIs = (text: string): string => text;

/**
 * Inquirer shows `prefix message answer`, one space between each: with the question's first word as the prefix it is
 * the bare question.
 */
function classicLook(question: string) {
  const words = question.trim();
  const space = words.indexOf(' ');
  const style = { message: asIs, answer: asIs, defaultAnswer: () => '' };
  return { message: words.slice(space + 1), theme: { prefix: words.slice(0, space), style } };
}
