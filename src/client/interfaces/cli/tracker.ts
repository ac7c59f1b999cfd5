import { RollcallError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { spelledAddress, type TrackerAddress } from '../../addresses.ts';
import type { FoundTracker } from '../../app.ts';
import { noServer, type Settings } from '../../settings/settings.ts';
import type { Facade } from '../facade.ts';
import { selectOn } from './ask.ts';
import type { Ending } from './ending.ts';
import { lookMs, maxTrackersShown } from './limits.ts';
import type { Terminal } from './terminal.ts';

/** Several trackers are on the network, and nobody said which. */
export class ManyTrackersError extends RollcallError {
  /** The first of them, as many as somebody would read. */
  readonly choices: FoundTracker[];
  /** The same for a person, a line each. */
  readonly lines: string[];

  constructor(found: readonly FoundTracker[]) {
    super(
      'ambiguous',
      `no tracker was named, and ${found.length} are on this network: say which with --server HOST[:PORT]`,
    );
    this.choices = found.slice(0, maxTrackersShown).map(trackerRecord);
    const more = found.length - this.choices.length;
    this.lines = [...this.choices.map((one) => `  ${trackerText(one)}`), ...(more > 0 ? [`  … and ${more} more`] : [])];
  }
}

/** As much of a command's context as this takes. */
interface Asking {
  settings: Pick<Settings, 'server' | 'discovery'>;
  terminal: Terminal;
  ending: Pick<Ending, 'signal'>;
  log: Log;
  facade(): Promise<Pick<Facade, 'discover'>>;
}

/**
 * The tracker that was named, else the one that is on the network; a person is asked which where there are several. Its key
 * is checked like that of any other, once it is connected to.
 * @throws RollcallError `usage` where there is none, ManyTrackersError where nobody can be asked
 */
export async function knownTracker(context: Asking): Promise<TrackerAddress> {
  const { settings, terminal, ending, log } = context;
  if (settings.server !== undefined) return settings.server;
  if (!settings.discovery) throw noServer('no tracker was named');
  const { discover } = await context.facade();
  const found = await discover({ ms: lookMs, early: true, log, signal: ending.signal });
  const [first] = found;
  if (first === undefined) {
    throw noServer(`no tracker was named, and none was found on this network in ${lookMs / 1000} s`);
  }
  const tracker = found.length === 1 ? first : await chosen(context, found);
  const { name, host, port } = tracker;
  terminal.say(`Using the tracker ${name} at ${spelledAddress(tracker)}.`);
  return { host, port };
}

async function chosen({ terminal, ending }: Asking, found: readonly FoundTracker[]): Promise<FoundTracker> {
  const select = selectOn(terminal, ending.signal);
  if (select === undefined) throw new ManyTrackersError(found);
  const question = `${found.length} trackers are on this network. Which one?`;
  const tracker = found[await select(question, found.map(trackerText))];
  if (tracker === undefined) throw new RollcallError('fault', 'the answer was none of the trackers');
  return tracker;
}

const trackerText = (tracker: FoundTracker): string => `${spelledAddress(tracker)}  ${tracker.name}`;

/** As `--json` tells it. */
export const trackerRecord = ({ name, host, port, fingerprint }: FoundTracker): FoundTracker => ({
  name,
  host,
  port,
  fingerprint,
});
