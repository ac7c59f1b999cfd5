import type { Answer } from '../menu/prompt.ts';

/** How the shell talks with a person, or with a program in a person's place. */
export interface Screen extends AsyncDisposable {
  /** The next line, once it is typed. Rejects with the signal's reason once that is aborted. */
  next(signal: AbortSignal): Promise<Answer>;
  /** A line of a result, on stdout. */
  print(line: string): void;
  /** A message, on stderr. */
  say(line: string): void;
  /** A message that has to be heard, on stderr. */
  warn(line: string): void;
  /** While it is held, the first Ctrl-C calls `act` and is no answer. */
  intercept(act: () => void): Disposable;
}

export const prompt = 'c> ';
