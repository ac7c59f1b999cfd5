import { setMaxListeners } from 'node:events';
import type { Command, CommandName, Outcome } from '../brain/commands.ts';
import type { Caller } from '../brain/sessions.ts';
import type { Tracker } from '../brain/tracker.ts';
import { createTurns } from '../turns.ts';
import { maxQuestionsAtOnce, maxQuestionsPerAddress } from './limits.ts';

const questions: ReadonlySet<CommandName> = new Set(['find', 'locate', 'users']);

/**
 * The tracker, with few pages of lists asked for between two looks at what else came in: however many connections and
 * datagrams ask for some, heartbeats, handshakes and whoever has a key wait for a handful. It is a courtesy to those
 * beside: what somebody of a dialect asks takes no longer for it, as long as few ask.
 */
export function paced(tracker: Tracker): Tracker {
  const turns = createTurns({ total: maxQuestionsAtOnce, perKind: maxQuestionsPerAddress });
  const never = new AbortController().signal;
  // Every question that waits listens.
  setMaxListeners(0, never);

  const ask = async <Name extends CommandName>(
    caller: Caller,
    command: Command<Name>,
    stamp?: string,
  ): Promise<Outcome<Name>> => {
    if (!questions.has(command.command)) return tracker.ask(caller, command, stamp);
    const left = await turns.take(caller.connection.remote, never);
    try {
      return await tracker.ask(caller, command, stamp);
    } finally {
      setImmediate(left);
    }
  };
  return { ...tracker, ask };
}
