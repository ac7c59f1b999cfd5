import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { Guest, Seeding, Traffic, VisitorOptions } from '../../app.ts';
import type { Settings } from '../../settings/settings.ts';
import { stampBy } from '../../stamp.ts';
import { openNews } from '../events.ts';
import type { Facade } from '../facade.ts';
import type { Ending } from './ending.ts';
import type { Terminal } from './terminal.ts';
import { knownTracker } from './tracker.ts';

/** What a command works with. */
export interface Context {
  terminal: Terminal;
  settings: Settings;
  /** Loads what does the work, which takes a while: after everything that could be refused before. */
  facade(): Promise<Facade>;
  ending: Ending;
  clock: Clock;
  log: Log;
  cwd: string;
  env: NodeJS.ProcessEnv;
}

export const trafficOf = ({ limitUp, limitDown, uploadSlots, maxOwners }: Settings): Traffic => ({
  limitUp,
  limitDown,
  uploadSlots,
  maxOwners,
});

/**
 * What every face opens the tracker with, which is looked for where none is named; what happens meanwhile is told by `say`.
 * @throws RollcallError `usage` where there is none, `ambiguous` where there are several
 */
export async function visitorOptions(
  context: Context,
  say: (line: string) => void = context.terminal.say,
): Promise<VisitorOptions> {
  const { settings, ending, clock, log } = context;
  const { user, home, downloads } = settings;
  const traffic = trafficOf(settings);
  const news = openNews();
  const onEvent: VisitorOptions['onEvent'] = (event) => {
    const line = news(event);
    if (line !== undefined) say(line);
  };
  const server = await knownTracker(context);
  const stamp = stampBy(settings.clock, {
    clock,
    failed: (why) => say(`Stamping by this machine's clock for now: ${why}`),
  });
  return { server, user, home, downloads, traffic, stamp, log, signal: ending.signal, onEvent };
}

/** Opens the tracker for a few questions, and with `seeding` to serve others what is fetched. */
export async function visit(context: Context, seeding?: Seeding): Promise<Guest> {
  const options = { ...(await visitorOptions(context)), seeding };
  return (await context.facade()).openVisitor(options);
}
