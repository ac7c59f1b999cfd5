import { asRollcallError } from '../../../base/errors.ts';
import type { Room } from './room.ts';
import { Result, type Verb } from './verb.ts';
import { helpLines, leaving, usageOf, verbOf } from './verbs.ts';
import { splitWords } from './words.ts';

/** Does what a line says, and tells what came of it. False where it says to leave. Rejects with nothing. */
export async function execute(room: Room, line: string): Promise<boolean> {
  const { screen } = room;
  const [typed = ''] = line.trim().split(/\s/, 1);
  if (typed === '') return true;
  if (leaving.includes(typed.toUpperCase())) return false;
  if (typed === '?' || typed.toLowerCase() === 'help') {
    for (const text of helpLines()) screen.print(text);
    return true;
  }
  const words = splitWords(line)?.slice(1);
  const verb = verbOf(typed, words ?? []);
  if (verb === undefined) {
    screen.print(`Error: command ${typed} not valid.`);
    screen.say('Type help to see what can be typed here.');
  } else if (words === undefined || words.length < verb.least || words.length > verb.most) {
    screen.print(`Syntax error. Usage: ${usageOf(verb)}`);
    if (words === undefined) screen.say('A double quote is open at the end of the line.');
  } else {
    await perform(
      room,
      verb,
      words.map(({ text }) => text),
    );
  }
  return true;
}

/** Runs a verb, and tells a failure in its system's words. */
export async function perform(room: Room, verb: Verb, words: readonly string[]): Promise<void> {
  try {
    await verb.run(room, words);
  } catch (error) {
    const result = error instanceof Result ? error : verb.fails(asRollcallError(error).message);
    room.screen.print(result.line);
    if (result.message !== '') room.screen.warn(result.message);
  }
}
