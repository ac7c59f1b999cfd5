/** Where an operator types and reads. */
export interface Face extends Disposable {
  /** What is typed, a line at a time; over at the end of input. */
  readonly lines: AsyncIterable<string>;
  /** Writes whole lines, which are fit for a terminal; settles when there is room for more. */
  write(text: string): Promise<void>;
  /** A line is being answered, or no longer. */
  busy(busy: boolean): void;
}
