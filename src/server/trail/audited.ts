import type { Clock } from '../../base/clock.ts';
import { asRollcallError, type ErrorCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Command, CommandName, Outcome } from '../brain/commands.ts';
import type { Caller, Session } from '../brain/sessions.ts';
import type { Tracker } from '../brain/tracker.ts';
import { maxLoggedNames } from './limits.ts';
import { type Told, toldOf } from './parameters.ts';
import type { Operation, Trail } from './trail.ts';

type Recorder = Pick<Trail, 'record'>;

/**
 * The tracker, with everything that is asked of it written into the trail once it is done, and told to the log, where the
 * askers' own stamps stand in no other line.
 */
export function audited(tracker: Tracker, trail: Recorder, clock: Pick<Clock, 'wall'>, log: Log): Tracker {
  const ask = async <Name extends CommandName>(
    caller: Caller,
    command: Command<Name>,
    stamp?: string,
  ): Promise<Outcome<Name>> => {
    const told = toldOf(command);
    if (told === undefined) return tracker.ask(caller, command, stamp);
    const note = noting(caller, told, stamp);
    try {
      const outcome = await tracker.ask(caller, command, stamp);
      note('ok');
      return outcome;
    } catch (error) {
      note(asRollcallError(error).code);
      throw error;
    }
  };

  /** Who asks, and when, is what it was before: some operations change it. */
  const noting = ({ connection, session }: Caller, told: Told, stamp: string | undefined) => {
    const { operation, parameters } = told;
    const user = 'user' in told ? told.user : session?.user;
    const received = clock.wall();
    const { remote: address, dialect } = connection;
    return (outcome: 'ok' | ErrorCode): void => {
      trail.record({ received, stamp, user, operation, parameters, outcome, address, dialect });
      const names = parameters.names?.slice(0, maxLoggedNames);
      log.debug({ operation, user, ...parameters, names, outcome, stamp, address, dialect }, 'operation');
    };
  };

  return { ...tracker, ask };
}

/** Writes it into the trail when a peer is taken off the roll for its silence. The log has it already. */
export function evictions(trail: Recorder, clock: Pick<Clock, 'wall'>): (session: Session, why: string) => void {
  return (session, why) => {
    const { user, port, address } = session;
    trail.record({
      received: clock.wall(),
      user,
      operation: 'evict',
      parameters: { port, why },
      outcome: 'ok',
      address,
      dialect: dialectOf(session),
    });
  };
}

/** Of a session whose connection is lost, what a peer without a key answers is what it spoke. */
function dialectOf({ caller, fingerprint, dialects }: Session): Operation['dialect'] {
  const spoken = fingerprint === undefined ? dialects[0] : undefined;
  return caller?.connection.dialect ?? spoken ?? 'native';
}
