import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline';
import type { Face } from './face.ts';
import { rememberedLines } from './limits.ts';
import type { Screen } from './screen.ts';

export interface PromptParts {
  input: NodeJS.ReadableStream;
  /** A terminal. */
  output: NodeJS.WritableStream;
  /** Of that terminal. */
  screen: Screen;
  /** What a line may go on with, and what of it that replaces. */
  complete(line: string): [string[], string];
  /** Ctrl-C was typed. */
  interrupt(): void;
}

const prompt = '> ';

/**
 * A prompt at the bottom of a terminal, with editing, history and completion; what is written comes above it. Its lines
 * are over with Ctrl-D on an empty one, too.
 */
export function openPrompt({ input, output, screen, complete, interrupt }: PromptParts): Face {
  const lines = createInterface({
    input,
    output,
    prompt,
    completer: complete,
    terminal: true,
    historySize: rememberedLines,
    removeHistoryDuplicates: true,
  });
  const erase = (): void => {
    moveCursor(output, 0, -lines.getCursorPos().rows);
    cursorTo(output, 0);
    clearScreenDown(output);
  };
  const kept = screen.keep({
    erase,
    draw() {
      output.write('\n'.repeat(rowsDrawn(lines)));
      lines.prompt(true);
    },
  });
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    erase();
    kept[Symbol.dispose]();
  };
  output.on('error', () => {
    // The terminal is gone, and the tracker serves on.
  });
  lines.on('SIGINT', interrupt);
  lines.on('close', close);
  lines.prompt();

  return {
    lines,
    write: async (text) => screen.write(text),
    busy(busy) {
      if (closed) return;
      lines.setPrompt(busy ? '' : prompt);
      if (!busy) lines.prompt(true);
    },
    [Symbol.dispose]() {
      close();
      lines.close();
    },
  };
}

/**
 * The rows that readline takes its cursor to be below its first, and goes up by when it draws anew: fewer than the cursor
 * is where text was pasted. It tells them, though its manual does not say so.
 */
const rowsDrawn = (lines: Interface): number =>
  'prevRows' in lines && typeof lines.prevRows === 'number' ? lines.prevRows : lines.getCursorPos().rows;
