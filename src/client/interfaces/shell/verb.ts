import type { Room } from './room.ts';
import type { Word } from './words.ts';

/** What completes a word: a user, a file here, a name on the roll, or one of those that we announce. */
export type WordKind = 'user' | 'file' | 'name' | 'own';

/** Something that can be typed. */
export interface Verb {
  /** As it is told of; typed in either case. */
  name: string;
  /** What follows it: `<userName>`. */
  usage: string;
  about: string;
  /** How many words have to follow, and how many may: without an end where the last ones are words of a description. */
  least: number;
  most: number;
  completes: readonly WordKind[];
  /** True where these are meant by other words than those of a verb that is spelled alike. */
  claims?: ((typed: string, words: readonly Word[]) => boolean) | undefined;
  /** Prints what came of it. @throws Result, or what is told as `fails` has it */
  run(room: Room, words: readonly string[]): Promise<void>;
  /** A failure that the verb's system has no words for. */
  fails(why: string): Result;
}

/** A result that a system has words for; `message` is the reason, where there is more to say. */
export class Result extends Error {
  override readonly name = 'Result';
  /** What is printed. */
  readonly line: string;

  constructor(line: string, reason = '') {
    super(reason);
    this.line = line;
  }
}
