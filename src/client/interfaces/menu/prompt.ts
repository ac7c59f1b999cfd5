/** What came of a question. */
export type Answer =
  | { answer: 'line'; text: string }
  /** Ctrl-C. */
  | { answer: 'interrupt' }
  /** Nobody will answer any more: the end of the input, or Ctrl-D. */
  | { answer: 'end' };

/** How the menu talks with a person, or with a program in a person's place. */
export interface Prompt extends Disposable {
  /** True where a person types: then Ctrl-C means `back`, not `stop`. */
  readonly interactive: boolean;
  /** Rejects with the signal's reason once that is aborted. */
  ask(question: string, signal: AbortSignal): Promise<Answer>;
  /** Prints a line; where a question stands open it is asked again below, with what was typed so far. */
  print(line: string): void;
}
