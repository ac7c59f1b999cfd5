import { asRollcallError } from '../../../base/errors.ts';
import { spelledAddress, type TrackerAddress } from '../../addresses.ts';
import type { Daemon } from '../../app.ts';
import type { Context } from '../cli/context.ts';
import { lookMs } from '../cli/limits.ts';

/** Joins where enough is known to; else says what the page asks for. Says what fails and never throws: the page goes on. */
export async function connectFirst(context: Context, daemon: Daemon): Promise<void> {
  const { settings, terminal, ending } = context;
  const { user } = settings;
  if (user === undefined) return terminal.say('The page asks for the tracker and for your name.');
  try {
    const server = settings.server ?? (await onlyTracker(context));
    if (server !== undefined) await daemon.connect({ server: spelledAddress(server), user });
  } catch (error) {
    // A connection that fails says so itself.
    const { connection } = daemon;
    const isTold = connection.state === 'offline' && connection.error !== undefined;
    if (!isTold && !ending.signal.aborted) terminal.warn(`rollcall: ${asRollcallError(error).message}`);
  }
}

/** The tracker that is on the network, where there is only one; else the page has to ask. */
async function onlyTracker(context: Context): Promise<TrackerAddress | undefined> {
  const { settings, terminal, ending, log } = context;
  if (!settings.discovery) {
    terminal.say('The page asks for the tracker.');
    return undefined;
  }
  const found = await (await context.facade()).discover({ ms: lookMs, early: true, log, signal: ending.signal });
  const [tracker, other] = found;
  if (tracker === undefined || other !== undefined) {
    const what = tracker === undefined ? 'No tracker was found' : `${found.length} trackers are`;
    terminal.say(`${what} on this network: the page asks for one.`);
    return undefined;
  }
  terminal.say(`Using the tracker ${tracker.name} at ${spelledAddress(tracker)}.`);
  return tracker;
}
