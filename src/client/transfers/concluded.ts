import type { Entry } from './entry.ts';
import { maxTries } from './limits.ts';
import { take } from './moves.ts';
import type { Outcome } from './run.ts';

/**
 * Takes into a download what one start of it came to, after it has put away what it has. Where it was stopped, whoever did
 * that has said what it is now. Returns true where the tracker was silent and is to be asked again after a rest.
 */
export function concluded(entry: Entry, outcome: Outcome, now: { wall: number; sourceIsThere: boolean }): boolean {
  // What nobody can verify is never gone on with.
  if (entry.content === null && outcome.end !== 'done') entry.bytes = 0;
  switch (outcome.end) {
    case 'done':
      take(entry, 'finish');
      entry.path = outcome.path;
      entry.bytes = outcome.bytes;
      entry.size = outcome.bytes;
      entry.error = null;
      entry.endedAt = now.wall;
      return false;
    case 'stopped':
      return false;
    case 'unanswered':
      // It waits for the tracker, if that is away; one that is there and silent is asked some times.
      if (now.sourceIsThere) entry.tries += 1;
      if (entry.tries >= maxTries) return fail(entry, outcome.error, now.wall);
      take(entry, 'yield');
      return now.sourceIsThere;
    case 'failed':
      return fail(entry, outcome.error, now.wall);
  }
}

function fail(entry: Entry, { code, message }: Extract<Outcome, { end: 'failed' }>['error'], wall: number): false {
  take(entry, 'fail');
  entry.error = { code, message };
  entry.endedAt = wall;
  return false;
}
