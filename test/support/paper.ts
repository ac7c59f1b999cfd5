/** What a person sees on a terminal of so many columns, scrolled back to its start: text, and the cursor moves of readline. */
export class Paper {
  readonly #columns: number;
  #rows: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** The rows without the blanks at their ends, and without empty ones at the bottom. */
  get text(): string {
    return this.#rows
      .map((row) =>
        Array.from(row, (cell) => cell ?? ' ')
          .join('')
          .trimEnd(),
      )
      .join('\n')
      .trimEnd();
  }

  /** Bytes that are no text and no known move are an error: a terminal would show something else. */
  write(text: string): void {
    for (const [, move, count, final, letter] of text.matchAll(/(\u001b\[(\d*)([A-Z]))|([\s\S])/g)) {
      if (move === undefined) this.#put(letter ?? '');
      else this.#move(final ?? '', count === undefined || count === '' ? undefined : Number(count));
    }
  }

  #put(letter: string): void {
    if (letter === '\r') this.#column = 0;
    else if (letter === '\n') this.#goTo(this.#row + 1, 0);
    else if (letter < ' ') throw new Error(`unknown control ${JSON.stringify(letter)}`);
    else {
      if (this.#column === this.#columns) this.#goTo(this.#row + 1, 0);
      (this.#rows[this.#row] ?? [])[this.#column] = letter;
      this.#column += 1;
    }
  }

  #move(final: string, count: number | undefined): void {
    const steps = count ?? 1;
    if (final === 'A') this.#goTo(Math.max(0, this.#row - steps), this.#column);
    else if (final === 'B') this.#goTo(this.#row + steps, this.#column);
    else if (final === 'C') this.#goTo(this.#row, Math.min(this.#columns, this.#column + steps));
    else if (final === 'D') this.#goTo(this.#row, Math.max(0, this.#column - steps));
    else if (final === 'G') this.#goTo(this.#row, steps - 1);
    else if (final === 'J' || final === 'K') this.#erase(final);
    else throw new Error(`unknown move ${count}${final}`);
  }

  /** From the cursor to the end of its row, or of everything. */
  #erase(what: 'J' | 'K'): void {
    this.#rows[this.#row]?.splice(this.#column);
    if (what === 'J') this.#rows.splice(this.#row + 1);
  }

  #goTo(row: number, column: number): void {
    while (this.#rows.length <= row) this.#rows.push([]);
    this.#row = row;
    this.#column = column;
  }
}
