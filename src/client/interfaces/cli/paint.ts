import { Chalk, type ChalkInstance } from 'chalk';
import type { Paint } from './terminal.ts';

/** Always colours: whether to is for the terminal to decide, which knows the stream, `NO_COLOR` and `--no-color`. */
export const paint: ChalkInstance = new Chalk({ level: 1 });

/** Paints `mark` where it first stands in a line. */
export const paintMark =
  (mark: string, colour: Paint): Paint =>
  (line) =>
    line.replace(mark, () => colour(mark));
