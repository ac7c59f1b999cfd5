import { resolve } from 'node:path';
import type { Daemon } from '../../app.ts';
import { stampBy } from '../../stamp.ts';
import { type Context, trafficOf } from '../cli/context.ts';

/**
 * The client that a page drives, as the settings have it; `share` are files, and folders of which each entry is shared.
 * @throws RollcallError `not-found` where there is nothing at one of them
 */
export async function openClient(context: Context, share: readonly string[]): Promise<Daemon> {
  const { settings, terminal, clock, ending, log, cwd } = context;
  const { home, downloads, shareFolder, peerPort, downloadSlots, classic, refusePlain } = settings;
  const stamp = stampBy(settings.clock, {
    clock,
    failed: (why) => terminal.say(`Stamping by this machine's clock for now: ${why}`),
  });
  const { openDaemon } = await context.facade();
  return openDaemon({
    home,
    downloads,
    shareFolder,
    peerPort,
    traffic: trafficOf(settings),
    downloadSlots,
    classic,
    refusePlain,
    share: share.map((path) => resolve(cwd, path)),
    stamp,
    dateService: settings.clock,
    log,
    signal: ending.signal,
  });
}
