import { RollcallError } from '../../../base/errors.ts';
import type { Announcement } from '../../../base/roll.ts';
import type { Guest, Visitor } from '../../app.ts';
import { type Context, visitorOptions } from '../cli/context.ts';
import { enter } from './accounts.ts';
import { openCompleter } from './complete.ts';
import { execute, perform } from './execute.ts';
import { openHistory } from './history.ts';
import { openPipedScreen } from './piped.ts';
import { Presence } from './presence.ts';
import type { Room } from './room.ts';
import type { Screen } from './screen.ts';

/** Takes verbs until somebody leaves: by EXIT or QUIT, by the end of the input, or by Ctrl-C twice in a row. */
export async function shell(context: Context): Promise<void> {
  const { terminal, settings, ending } = context;
  const options = await visitorOptions(context, (line) => screen.say(line));
  const { openVisitor, openParticipant } = await context.facade();
  const { peerPort, classic, refusePlain, user } = settings;

  const asker = async (): Promise<Visitor> => presence.participant ?? (await guest.open());
  const own = (): Announcement[] => presence.participant?.shared() ?? [];
  const typed = terminal.stdin.isTTY && terminal.stdout.isTTY;
  await using screen: Screen = typed
    ? await (await import('./typed.ts')).openTypedScreen(
        terminal,
        openHistory(settings.home),
        openCompleter({ ...context, asker, own }),
      )
    : openPipedScreen(terminal);
  await using presence = new Presence(
    (name, signal, onEvent) =>
      openParticipant({ ...options, user: name, peerPort, classic, refusePlain, signal, onEvent }),
    (line) => screen.say(line),
  );
  await using guest = openGuest(() => openVisitor({ ...options, user: undefined }));
  const visit: Room['visit'] = (name) => openVisitor({ ...options, user: name });
  const room = { ...context, screen, presence, asker, visit };
  if (user !== undefined) {
    await attempt(room, ending.signal, async (now) => {
      await perform(now, enter, [user]);
      return true;
    });
  }
  for (let interrupted = false; ; ) {
    const answer = await screen.next(ending.signal);
    switch (answer.answer) {
      case 'end':
        return;
      case 'interrupt':
        if (interrupted) return;
        interrupted = true;
        screen.say('Press Ctrl-C again to leave.');
        break;
      case 'line': {
        const outcome = await attempt(room, ending.signal, (now) => execute(now, answer.text));
        if (outcome === 'leave') return;
        interrupted = outcome === 'stopped';
        break;
      }
    }
  }
}

interface LazyGuest extends AsyncDisposable {
  /** Opened once, and anew where that failed. */
  open(): Promise<Guest>;
}

function openGuest(open: () => Promise<Guest>): LazyGuest {
  let guest: Promise<Guest> | undefined;
  return {
    open() {
      guest ??= open().catch((error: unknown) => {
        guest = undefined;
        throw error;
      });
      return guest;
    },
    [Symbol.asyncDispose]: async () => (await guest)?.[Symbol.asyncDispose](),
  };
}

/** Does something that Ctrl-C stops; false where it says to leave. Rejects with the reason of the end of the whole. */
async function attempt(
  room: Omit<Room, 'signal'>,
  ending: AbortSignal,
  act: (room: Room) => Promise<boolean>,
): Promise<'on' | 'stopped' | 'leave'> {
  const stop = new AbortController();
  using _intercept = room.screen.intercept(() => stop.abort(new RollcallError('interrupted', 'stopped')));
  const goesOn = await act({ ...room, signal: AbortSignal.any([ending, stop.signal]) });
  ending.throwIfAborted();
  if (stop.signal.aborted) return 'stopped';
  return goesOn ? 'on' : 'leave';
}
