import { systemClock } from '../base/clock.ts';
import { asRollcallError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { dialects } from '../base/roll.ts';
import { serveClassic } from './classic/serve.ts';
import type { AppEvent, Participant, ParticipantOptions, TrafficChange } from './contract.ts';
import { type Grounds, openGrounds, sessionOptions } from './grounds.ts';
import type { RollFeed, RollSource } from './live/liveRoll.ts';
import { join } from './session/join.ts';
import type { Membership, SessionEvent } from './session/session.ts';
import { openSharing } from './sharing/openSharing.ts';
import type { Roll, Sharing, SharingEvent } from './sharing/sharing.ts';
import { visitorOver } from './visitor.ts';

/** Serves first, since the tracker dials back; then joins. */
export async function openParticipant(options: ParticipantOptions): Promise<Participant> {
  const { user, host = '0.0.0.0', peerPort, traffic, log, signal, live, classic = false } = options;
  const tell = options.onEvent ?? (() => {});
  const grounds = await openGrounds(options);
  let membership: Membership | undefined;
  /** Set once joined: what there is then is listed after what changes was asked for. */
  let source: RollSource | undefined;
  const roll: Roll = {
    announce: async (resources) => membership?.announce(resources),
    withdraw: async (names) => membership?.withdraw(names),
    partial: async (ids) => membership?.partial(ids),
  };
  const sharing = await openSharing({
    identity: grounds.home.identity,
    transport: grounds.transport,
    host,
    port: peerPort,
    roll,
    issuer: () => membership?.tracker,
    hasher: grounds.hasher,
    cacheFile: grounds.home.hashCache,
    linksFile: grounds.home.links,
    user,
    refusePlain: options.refusePlain,
    clock: systemClock,
    log,
    limitUp: grounds.limitUp,
    uploadSlots: traffic.uploadSlots,
    onEvent: (event: SharingEvent) => tell(event),
    plain: classic ? (files) => serveClassic({ files, clock: systemClock, log }) : undefined,
  });
  const dates = await tellDate(grounds, log);
  const close = async (): Promise<void> => {
    if (source !== undefined) live?.left();
    source = undefined;
    await dates?.[Symbol.asyncDispose]();
    await membership?.[Symbol.asyncDispose]();
    await sharing[Symbol.asyncDispose]();
    await grounds[Symbol.asyncDispose]();
  };
  try {
    membership = await join({
      ...sessionOptions(options, grounds),
      user,
      peerPort: sharing.port,
      dialects: classic ? dialects : undefined,
      random: Math.random,
      subscribe: live !== undefined,
      onEvent(event) {
        if (live !== undefined) feed(live, event, source);
        told(event).forEach(tell);
      },
    });
  } catch (error) {
    await close();
    throw error;
  }
  const settings = { ...options };
  const participant: Participant = {
    ...visitorOver(membership, settings, grounds, () => sharing.passOn),
    user,
    port: sharing.port,
    share: (path, how) => sharing.share(path, { signal, ...how }),
    shareEntries: (folder, how) => sharing.shareEntries(folder, { signal, ...how }),
    withdraw: (name) => sharing.withdraw(name),
    shared: () => sharing.list(),
    uploads: () => sharing.uploads(),
    moved: () => ({ up: grounds.limitUp.passed, down: grounds.limitDown.passed }),
    configure(change) {
      configure(change, settings, grounds, sharing);
    },
    [Symbol.asyncDispose]: close,
  };
  source = participant;
  live?.joined(source);
  return participant;
}

/** Hands on what the session tells of the roll. */
function feed(live: RollFeed, event: SessionEvent, source: RollSource | undefined): void {
  switch (event.event) {
    case 'joined':
      if (source !== undefined) live.joined(source);
      break;
    case 'changes':
      live.changes(event.changes, event.missed);
      break;
    case 'lost':
      live.lost();
      break;
    case 'ended':
      live.left();
      break;
    case 'reach':
      break;
  }
}

/** Changes what it was opened with, and what works by it already. */
function configure(change: TrafficChange, settings: ParticipantOptions, grounds: Grounds, sharing: Sharing): void {
  const { limitUp, limitDown, uploadSlots, maxOwners, downloads } = change;
  if (limitUp !== undefined) grounds.limitUp.set(limitUp ?? undefined);
  if (limitDown !== undefined) grounds.limitDown.set(limitDown ?? undefined);
  if (uploadSlots !== undefined) sharing.setUploadSlots(uploadSlots);
  if (maxOwners !== undefined) settings.traffic = { ...settings.traffic, maxOwners };
  if (downloads !== undefined) settings.downloads = downloads;
}

/**
 * Tells programs on this machine the date that operations are stamped with where no other service was named. A peer can
 * do without it, so that a failure ends nothing.
 */
async function tellDate({ transport }: Grounds, log: Log): Promise<AsyncDisposable | undefined> {
  try {
    const { startClock } = await import('../clock/startClock.ts');
    const service = await startClock({ host: '127.0.0.1', port: 0, transport, clock: systemClock, log });
    log.debug({ at: service.at }, 'the date is told here');
    return service;
  } catch (error) {
    log.warn({ why: asRollcallError(error).message }, 'the date is told to nobody');
    return undefined;
  }
}

/** What of the session's events concerns a face. */
function told(event: SessionEvent): AppEvent[] {
  switch (event.event) {
    case 'joined':
      return [{ event: 'joined', again: event.again, ...event.registered.reach }];
    case 'changes':
      return [];
    case 'lost':
    case 'reach':
    case 'ended':
      return [event];
  }
}
