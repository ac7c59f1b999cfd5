import { asRollcallError, exitStatuses, RollcallError } from '../../../base/errors.ts';
import { AmbiguousError } from '../../choosing/ambiguous.ts';
import { choiceLines } from './choiceText.ts';
import { pipeClosed } from './ending.ts';
import { paint, paintMark } from './paint.ts';
import type { Terminal } from './terminal.ts';
import { ManyTrackersError } from './tracker.ts';

export interface FailOptions {
  /** With `--verbose`: show where a fault of ours happened. */
  verbose: boolean;
  /** What this run was told to end by, if it was. */
  ending?: AbortSignal | undefined;
}

/** The one place where a failure reaches a person or a program. Returns the exit status. */
export function fail(error: unknown, terminal: Terminal, { verbose, ending }: FailOptions): number {
  if (ending?.reason === pipeClosed) return 0;
  const known =
    ending?.aborted && !(error instanceof RollcallError) ? asRollcallError(ending.reason) : asRollcallError(error);
  const exit = exitStatuses[known.code];
  const choices = known instanceof AmbiguousError || known instanceof ManyTrackersError ? known.choices : undefined;
  if (terminal.json) {
    terminal.record({ event: 'error', code: known.code, message: known.message, exit, ...(choices && { choices }) });
  }
  terminal.warn(`rollcall: ${known.message}`, paintMark('rollcall:', paint.red));
  if (known instanceof AmbiguousError) for (const line of choiceLines(known)) terminal.warn(line);
  if (known instanceof ManyTrackersError) for (const line of known.lines) terminal.warn(line);
  if (verbose) tellWhere(error, terminal);
  else if (known.code === 'fault')
    terminal.warn('This is a fault of rollcall or its machine; --verbose shows where it is.');
  return exit;
}

function tellWhere(error: unknown, terminal: Terminal): void {
  for (let at = error; at instanceof Error; at = at.cause) {
    for (const line of (at.stack ?? at.message).split('\n')) terminal.warn(line);
  }
}
