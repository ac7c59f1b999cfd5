import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline';
import { untilAborted } from '../cli/abort.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { Answer } from '../menu/prompt.ts';
import type { History } from './history.ts';
import { prompt, type Screen } from './screen.ts';

/** Completions of what is typed, and the end of it that they stand for. Never rejects. */
export type Complete = (line: string) => Promise<[string[], string]>;

/** Lines from a person at a terminal: history, completion, and a prompt that what is told meanwhile does not tear. */
export async function openTypedScreen(terminal: Terminal, history: History, complete: Complete): Promise<Screen> {
  const { stdin, stdout } = terminal;
  const lines = await history.load();
  const reader = createInterface({
    input: stdin,
    output: stdout,
    terminal: true,
    prompt,
    history: lines,
    historySize: history.size,
    removeHistoryDuplicates: true,
    completer: (line: string, done: (error: null, found: [string[], string]) => void) => {
      void complete(line).then((found) => done(null, found));
    },
  });
  let latest = lines;
  const answers = openAnswers();
  const intercepts: (() => void)[] = [];
  let standing = false;
  reader.on('history', (all: string[]) => {
    latest = [...all];
  });
  reader.on('line', (text) => {
    standing = false;
    answers.push({ answer: 'line', text });
  });
  reader.on('close', () => {
    if (standing) stdout.write('\n');
    standing = false;
    answers.push({ answer: 'end' });
  });
  reader.on('SIGINT', () => {
    const intercept = intercepts.pop();
    if (intercept !== undefined) return intercept();
    const isEmpty = reader.line === '';
    dropTyped(reader);
    stdout.write('^C\n');
    standing = false;
    answers.push(isEmpty ? { answer: 'interrupt' } : { answer: 'line', text: '' });
  });

  /** Tells something above the prompt, which is drawn again with what was typed. */
  const above = (tell: () => void): void => {
    if (!standing) {
      tell();
      return;
    }
    const { rows } = reader.getCursorPos();
    moveCursor(stdout, 0, -rows);
    cursorTo(stdout, 0);
    clearScreenDown(stdout);
    tell();
    // Readline goes up again by the rows that what was typed takes.
    stdout.write('\n'.repeat(rows));
    reader.prompt(true);
  };

  return {
    async next(signal) {
      if (answers.waiting === 0) {
        standing = true;
        reader.prompt();
      }
      return await untilAborted(signal, answers.next());
    },
    print: (line) => above(() => terminal.print(line)),
    say: (line) => above(() => terminal.say(line)),
    warn: (line) => above(() => terminal.warn(line)),
    intercept(act) {
      intercepts.push(act);
      return {
        [Symbol.dispose]() {
          const at = intercepts.lastIndexOf(act);
          if (at !== -1) intercepts.splice(at, 1);
        },
      };
    },
    async [Symbol.asyncDispose]() {
      reader.close();
      await history.save(latest);
    },
  };
}

/** What was typed at the prompt is given up. */
function dropTyped(reader: Interface): void {
  reader.write(null, { ctrl: true, name: 'e' });
  reader.write(null, { ctrl: true, name: 'u' });
}

interface Answers {
  /** Typed ahead: nobody has asked for them yet. */
  readonly waiting: number;
  push(answer: Answer): void;
  next(): Promise<Answer>;
}

function openAnswers(): Answers {
  const waiting: Answer[] = [];
  let wake: (() => void) | undefined;
  return {
    get waiting() {
      return waiting.length;
    },
    push(answer) {
      waiting.push(answer);
      wake?.();
    },
    async next() {
      for (;;) {
        const answer = waiting.shift();
        if (answer !== undefined) return answer;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
