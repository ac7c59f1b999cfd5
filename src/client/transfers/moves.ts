import { RollcallError } from '../../base/errors.ts';
import { safeText } from '../../base/safeText.ts';
import type { DownloadState } from './transfers.ts';

/** What a person, or the list itself, does with a download. */
export const moves = ['start', 'pause', 'resume', 'cancel', 'finish', 'fail', 'yield', 'forget'] as const;
export type Move = (typeof moves)[number];

/** `gone`: off the list. */
export type After = DownloadState | 'gone';

/**
 * What each move makes of a download in each state; what is missing is not allowed. A download that is stopped may come to its
 * end all the same, since that was faster: it is saved then, whatever it was told. `yield`: it gives its place to others.
 */
export const legalMoves: Readonly<Record<DownloadState, Readonly<Partial<Record<Move, After>>>>> = {
  queued: { start: 'running', pause: 'paused', cancel: 'cancelled', finish: 'done' },
  running: { pause: 'paused', cancel: 'cancelled', finish: 'done', fail: 'failed', yield: 'queued' },
  paused: { resume: 'queued', cancel: 'cancelled', finish: 'done', forget: 'gone' },
  done: { forget: 'gone' },
  failed: { resume: 'queued', cancel: 'cancelled', forget: 'gone' },
  // Once more, where what had come could not be removed.
  cancelled: { resume: 'queued', cancel: 'cancelled', finish: 'done', forget: 'gone' },
};

/** What comes of it. @throws RollcallError `usage` where it is not allowed, which says why */
export function afterMove({ name, state }: { name: string; state: DownloadState }, move: Move): After {
  const next = legalMoves[state][move];
  if (next === undefined) throw refusal(name, state, move);
  return next;
}

/** True where it is not on the list any more; else it is in the state that comes of the move. */
export function take(entry: { name: string; state: DownloadState }, move: Move): boolean {
  const next = afterMove(entry, move);
  if (next === 'gone') return true;
  entry.state = next;
  return false;
}

const words: Readonly<Record<DownloadState, string>> = {
  queued: 'waits for its turn',
  running: 'runs',
  paused: 'is paused',
  done: 'is done',
  failed: 'has failed',
  cancelled: 'is cancelled',
};

const remedies: Readonly<Partial<Record<Move, string>>> = {
  pause: 'only one that runs or waits can be paused',
  resume: 'only one that is paused, failed or cancelled can go on',
  cancel: 'what was saved stays: remove the file yourself',
  forget: 'pause or cancel it first',
};

/** Why a move is not allowed, for a person. */
function refusal(name: string, state: DownloadState, move: Move): RollcallError {
  const remedy = remedies[move] ?? `it cannot ${move}`;
  return new RollcallError('usage', `the download of '${safeText(name)}' ${words[state]}: ${remedy}`);
}
