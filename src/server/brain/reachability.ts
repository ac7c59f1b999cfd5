import { type Clock, sleep } from '../../base/clock.ts';
import { asRollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Reach } from '../../base/roll.ts';
import type { DialBack } from '../dialBack.ts';
import { dialAgainMs, dialAgainSoonMs, registrationWaitMs } from '../limits.ts';
import { type Listings, who } from './listings.ts';
import type { Partials } from './partials.ts';
import type { Session } from './sessions.ts';

/** Lists peers once their port has been reached, and takes off those that moved to where it cannot be. */
export interface Reachability {
  /** Settles when the finding is there, or when a registration has waited long enough for it. */
  look(session: Session): Promise<void>;
  stop(session: Session): void;
}

const underWay: Reach = { reachable: false, reason: 'the tracker is still looking whether it can reach you' };

export function createReachability(parts: {
  dialBack: DialBack;
  listings: Listings;
  partials: Partials;
  clock: Clock;
  log: Log;
}): Reachability {
  const { dialBack, listings, partials, clock, log } = parts;

  const stop = (session: Session): void => {
    session.look?.abort();
    session.look = undefined;
    session.nextLook?.[Symbol.dispose]();
    session.nextLook = undefined;
  };

  /** What is found decides about the list; a failure of the directory is a finding too, and is tried again. */
  const settle = async (session: Session, reach: Reach): Promise<Reach> => {
    try {
      if (reach.reachable) await listings.list(session);
      else await listings.unlist(session, 'cannot be reached any more', 'keep');
      return reach;
    } catch (error) {
      const { message } = asRollcallError(error);
      log.error({ ...who(session), error: message }, 'a peer could not be listed');
      return { reachable: false, reason: `the tracker could not list you: ${message}` };
    }
  };

  const dial = async (session: Session): Promise<void> => {
    const { port, address, fingerprint } = session;
    if (port === undefined || fingerprint === undefined) return;
    stop(session);
    const look = new AbortController();
    session.look = look;
    const dialled = await dialBack({ address, port, fingerprint }, look.signal);
    if (look.signal.aborted) return;
    const reach = await settle(session, dialled);
    if (look.signal.aborted) return;
    session.look = undefined;
    if (!reach.reachable) {
      const waitMs = session.looksInVain === 0 ? dialAgainSoonMs : dialAgainMs;
      session.looksInVain += 1;
      session.nextLook = clock.after(waitMs, () => void dial(session));
    }
    if (session.reach.reachable !== reach.reachable || session.reach.reason !== reach.reason) {
      log.info({ ...who(session), ...reach }, 'dialled back');
    }
    const was = session.reach.reachable;
    session.reach = reach;
    if (was || reach.reachable) partials.changed(session);
    if (session.told !== undefined && session.told !== reach.reachable) {
      session.told = reach.reachable;
      session.caller?.connection.tell({ told: 'reach', reach });
    }
  };

  return {
    stop,
    async look(session) {
      if (session.listed === undefined) session.reach = underWay;
      session.looksInVain = 0;
      const waited = new AbortController();
      const enough = sleep(clock, registrationWaitMs, waited.signal).catch(() => {
        // The finding came first.
      });
      await Promise.race([dial(session), enough]);
      waited.abort();
    },
  };
}
