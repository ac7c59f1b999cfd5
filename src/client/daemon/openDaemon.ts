import { join } from 'node:path';
import { type Clock, systemClock } from '../../base/clock.ts';
import { RollcallError } from '../../base/errors.ts';
import { makeFolders } from '../../base/makeFolders.ts';
import { openLogBook } from '../../base/openLogBook.ts';
import { openWatchers } from '../../base/watchers.ts';
import type { Participant, ParticipantOptions } from '../contract.ts';
import { discardRemains } from '../discardRemains.ts';
import { openLiveRoll } from '../live/openLiveRoll.ts';
import { saveSettings } from '../settings/saveSettings.ts';
import { transferSource } from '../transferSource.ts';
import { openTransfers } from '../transfers/openTransfers.ts';
import type { Source } from '../transfers/source.ts';
import { configured, saved } from './configured.ts';
import { Connections } from './connections.ts';
import type { Daemon, DaemonEvent, Upload } from './daemon.ts';
import { type DaemonOptions, settingsOf, trafficOf } from './daemonOptions.ts';
import { tellDate } from './date.ts';
import { openDrops } from './drops.ts';
import { givenPaths } from './givenPaths.ts';
import { phoneLink } from './link.ts';
import { openRates } from './rates.ts';
import { Shelf } from './shelf.ts';
import { openNaming } from './uploads.ts';

/** What a daemon stands on; a test gives others. */
export interface DaemonPorts {
  openParticipant(options: ParticipantOptions): Promise<Participant>;
  clock: Clock;
}

const productPorts: DaemonPorts = {
  openParticipant: async (options) => (await import('../participant.ts')).openParticipant(options),
  clock: systemClock,
};

/**
 * Opens a client that stays, with what earlier starts shared and fetched.
 * @throws RollcallError `usage` where the home folder cannot be made, `not-found` where a path to share is not there
 */
export async function openDaemon(options: DaemonOptions, ports: DaemonPorts = productPorts): Promise<Daemon> {
  const { home, signal } = options;
  const { clock, openParticipant } = ports;
  await makeFolders(home, 0o700);
  const given = await givenPaths(options.share ?? []);
  const book = openLogBook({ clock, behind: options.log });
  const { log } = book;
  const watchers = openWatchers<DaemonEvent>((error, { event }) => {
    // The log's own events would go round for ever.
    if (event !== 'log') log.error({ error, event }, 'somebody failed who was told of an event');
  });
  const life = new AbortController();
  const live = openLiveRoll({ clock, log });
  let settings = settingsOf(options);

  const shelf = new Shelf({
    file: join(home, 'shares.json'),
    clock,
    log,
    folders: given.folders,
    told: watchers.tell,
  });
  await shelf.open();

  const connections = new Connections({
    clock,
    log,
    open: (to, ending, onEvent) =>
      openParticipant({
        ...to,
        downloads: settings.downloads,
        traffic: trafficOf(settings),
        home,
        host: options.host,
        classic: options.classic,
        refusePlain: options.refusePlain,
        stamp: options.stamp,
        log,
        live: live.feed,
        signal: AbortSignal.any([signal, ending]),
        onEvent,
      }),
    peerPort: () => settings.peerPort,
    changed(connection) {
      transfers.sourceChanged();
      watchers.tell({ event: 'connection', connection });
    },
    came(participant, ending) {
      source = transferSource(participant, () => settings.downloads);
      // They may have changed while it was joining.
      participant.configure(settings);
      shelf.came(participant, ending);
      transfers.sourceChanged();
    },
    async leaving() {
      shelf.left();
      await transfers.pauseAll();
      source = undefined;
      transfers.sourceChanged();
    },
    shared: (event) => shelf.heard(event),
  });

  /** Of the tracker that it is at. */
  let source: Source | undefined;
  const transfers = await openTransfers({
    file: join(home, 'transfers.json'),
    slots: settings.downloadSlots,
    source: () => (connections.now.state === 'online' ? source : undefined),
    discard: discardRemains(log),
    clock,
    log,
  });
  const drops = openDrops({
    folder: () => settings.shareFolder,
    share: (path, terms) => shelf.share(path, terms),
    pathOf: (name) => shelf.pathOf(name),
    clock,
    log,
  });

  const name = openNaming(live.roll);
  const uploads = (): Upload[] => name(connections.participant?.uploads() ?? []);
  let toldUploads = false;
  const tellUploads = (): void => {
    const now = uploads();
    if (now.length > 0 || toldUploads) watchers.tell({ event: 'uploads', uploads: now });
    toldUploads = now.length > 0;
  };
  const moved = (client: Participant | undefined) => client && { client, ...client.moved() };
  const rates = openRates(
    clock,
    () => moved(connections.participant),
    (sample) => {
      watchers.tell({ event: 'rates', sample });
      tellUploads();
    },
  );
  const watching = [
    live.roll.watch(() => watchers.tell({ event: 'roll', version: live.roll.version })),
    transfers.watch(watchers.tell),
    book.watch((entry) => watchers.tell({ event: 'log', entry })),
  ];
  /** One change of the settings at a time. */
  let configuring: Promise<unknown> = Promise.resolve();

  const daemon: Daemon = {
    get connection() {
      return connections.now;
    },
    connect: (to) => connections.connect(to),
    disconnect: () => connections.disconnect(),
    roll: live.roll,
    transfers,
    log: book,
    uploads,
    rates: () => rates.samples(),
    shares: () => shelf.list(),
    share: (path, terms) => shelf.share(path, terms),
    withdraw: (resource) => shelf.withdraw(resource),
    drops,
    settings: () => ({ ...settings }),
    configure(change) {
      const done = configuring.then(async () => {
        const after = await configured(settings, change);
        await saveSettings(home, saved(change, after));
        transfers.redirect(settings.downloads, after.downloads);
        settings = after;
        transfers.allow(after.downloadSlots);
        connections.participant?.configure(after);
        log.info({ ...change }, 'the settings were changed');
        watchers.tell({ event: 'settings', settings: { ...after } });
        return { ...after };
      });
      configuring = done.catch(() => {
        // Told to whoever asked for it; the next one has its turn all the same.
      });
      return done;
    },
    async link(wanted) {
      const { participant } = connections;
      if (participant !== undefined) return await phoneLink(participant, wanted);
      throw new RollcallError('unreachable', 'there is no tracker to ask for a link: connect to one first');
    },
    date: () => tellDate(options.dateService, clock, life.signal),
    watch: (told) => watchers.add(told),
    async [Symbol.asyncDispose]() {
      life.abort(new RollcallError('interrupted', 'rollcall ends'));
      rates[Symbol.dispose]();
      await connections[Symbol.asyncDispose]();
      await drops[Symbol.asyncDispose]();
      await transfers[Symbol.asyncDispose]();
      for (const one of watching) one[Symbol.dispose]();
      live[Symbol.dispose]();
    },
  };

  for (const path of given.files) await shelf.share(path, {}, 'given');
  return daemon;
}
