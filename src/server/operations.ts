import { asRollcallError, type ErrorCode } from '../base/errors.ts';
import type { Command, CommandName, Outcome } from './brain/commands.ts';
import type { Caller } from './brain/sessions.ts';
import type { Tracker } from './brain/tracker.ts';

/** What was asked of the tracker since its start, whatever the dialect. */
export interface Operations {
  /** Answered, well or not. */
  readonly total: number;
  /** How often each operation came out each way; those that nobody has asked for are not there. */
  readonly byName: ReadonlyMap<CommandName, ReadonlyMap<OperationOutcome, number>>;
}

export type OperationOutcome = 'ok' | ErrorCode;

/** The tracker, with everything that is asked of it counted once it is done. */
export function countOperations(tracker: Tracker): { tracker: Tracker; operations: Operations } {
  const byName = new Map<CommandName, Map<OperationOutcome, number>>();
  let total = 0;
  const count = (name: CommandName, outcome: OperationOutcome): void => {
    total += 1;
    const outcomes = byName.get(name) ?? new Map<OperationOutcome, number>();
    byName.set(name, outcomes);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  };
  const ask = <Name extends CommandName>(
    caller: Caller,
    command: Command<Name>,
    stamp?: string,
  ): Promise<Outcome<Name>> => {
    const asked = tracker.ask(caller, command, stamp);
    // Beside the answer, which does not wait for it.
    asked.then(
      () => count(command.command, 'ok'),
      (error: unknown) => count(command.command, asRollcallError(error).code),
    );
    return asked;
  };
  return {
    tracker: { ...tracker, ask },
    operations: {
      get total() {
        return total;
      },
      byName,
    },
  };
}
