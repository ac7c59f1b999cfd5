import { sleep, systemClock } from '../base/clock.ts';
import { asRollcallError } from '../base/errors.ts';
import type { ContentId } from '../base/ids.ts';
import type { PassOn } from '../base/partialContent.ts';
import type { Seeding, VisitorOptions } from './contract.ts';
import { type Grounds, sessionOptions } from './grounds.ts';
import type { Membership, Session } from './session/session.ts';
import type { Roll, Sharing } from './sharing/sharing.ts';

/** Serves others what somebody fetches who shares nothing: a peer server and a session without a name. */
export interface Relay extends AsyncDisposable {
  readonly passOn: PassOn;
  /** As a guest's. */
  seeded(signal: AbortSignal): Promise<void>;
}

export interface RelayOptions extends VisitorOptions {
  seeding: Seeding;
}

/**
 * Starts at once and is ready later, so that a download waits for nothing. Where it cannot serve, or the tracker does not
 * take it in, nobody is served: that is logged, and no download fails by it.
 */
export function openRelay(options: RelayOptions, session: Session, grounds: Grounds): Relay {
  const { log, seeding } = options;
  const life = new AbortController();
  const roll = openRoll();
  const unable = (error: unknown): undefined => {
    if (!life.signal.aborted) log.debug({ why: asRollcallError(error).message }, 'what is fetched is not handed on');
  };
  const serving = serve(options, session, grounds, roll).catch(unable);
  const joining = serving
    .then((sharing) => sharing && joinUnnamed(options, grounds, sharing.port, life.signal))
    .then(async (membership) => {
      if (membership !== undefined) await roll.join(membership);
      return membership;
    })
    .catch(unable);

  return {
    passOn(content) {
      const passing = serving.then((sharing) => sharing?.passOn(content));
      return {
        finished: async (path) => (await passing)?.finished(path),
        [Symbol.asyncDispose]: async () => (await passing)?.[Symbol.asyncDispose](),
      };
    },
    async seeded(signal) {
      const sharing = await serving;
      if (sharing === undefined) return;
      if (seeding.forMs > 0 && (await joining) !== undefined) await sleep(systemClock, seeding.forMs, signal);
      await sharing.quiet(signal);
    },
    async [Symbol.asyncDispose]() {
      life.abort();
      await (await joining)?.[Symbol.asyncDispose]();
      await (await serving)?.[Symbol.asyncDispose]();
    },
  };
}

/** Tells the tracker what there is, as soon as there is a session to tell it by. */
function openRoll(): Roll & { join(membership: Membership): Promise<void> } {
  let membership: Membership | undefined;
  let known: readonly ContentId[] = [];
  return {
    announce: async () => {},
    withdraw: async () => {},
    async partial(ids) {
      known = ids;
      await membership?.partial(ids);
    },
    async join(joined) {
      membership = joined;
      await membership.partial(known);
    },
  };
}

async function serve(
  { traffic, seeding, log }: RelayOptions,
  session: Session,
  { home, transport, hasher, limitUp }: Grounds,
  roll: Roll,
): Promise<Sharing> {
  const { openSharing } = await import('./sharing/openSharing.ts');
  return openSharing({
    identity: home.identity,
    transport,
    port: seeding.peerPort,
    roll,
    issuer: () => session.tracker,
    hasher,
    cacheFile: home.hashCache,
    linksFile: home.links,
    clock: systemClock,
    log,
    limitUp,
    uploadSlots: traffic.uploadSlots,
    onEvent: () => {},
  });
}

async function joinUnnamed(
  options: RelayOptions,
  grounds: Grounds,
  peerPort: number,
  signal: AbortSignal,
): Promise<Membership> {
  const { join } = await import('./session/join.ts');
  return join({ ...sessionOptions(options, grounds), peerPort, random: Math.random, signal, onEvent: () => {} });
}
