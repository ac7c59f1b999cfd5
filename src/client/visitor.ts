import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { RollcallError } from '../base/errors.ts';
import { instanceId } from '../base/ids.ts';
import type { Choice, Owner } from '../base/roll.ts';
import { safeText } from '../base/safeText.ts';
import { agent } from '../base/version.ts';
import { nodeTransport } from '../net/transport/node.ts';
import type { Transport } from '../net/transport/transport.ts';
import type { DownloadOptions, Visitor, VisitorOptions } from './contract.ts';
import type { DownloadRequest } from './download/download.ts';
import type { Hasher } from './hashing/hasher.ts';
import { hasherPool } from './hashing/pool.ts';
import { type Home, openHome } from './home.ts';
import { savedName } from './savedName.ts';
import { openPins, type Pins } from './session/pins.ts';
import { findAll, locateAll, usersAll } from './session/roll.ts';
import type { Session, SessionOptions } from './session/session.ts';
import { visit } from './session/visit.ts';

/** What a client stands on: its home, its sockets, its hashing threads. */
export interface Grounds extends AsyncDisposable {
  home: Home;
  transport: Transport;
  hasher: Hasher;
}

export async function openGrounds(options: Pick<VisitorOptions, 'home' | 'log'>): Promise<Grounds> {
  const hasher = hasherPool();
  return {
    home: await openHome(options.home),
    transport: nodeTransport({ log: options.log }),
    hasher,
    [Symbol.asyncDispose]: () => hasher[Symbol.asyncDispose](),
  };
}

/** What every session is opened with, whether it stays or not. */
export function sessionOptions(options: VisitorOptions, { home, transport }: Grounds): SessionOptions {
  return {
    server: options.server,
    instance: instanceId(randomBytes(16).toString('hex')),
    identity: home.identity,
    pins: tellingPins(options, home),
    transport,
    clock: systemClock,
    log: options.log,
    agent,
    signal: options.signal,
  };
}

/** The trackers that are known, with a word to the user where one is met for the first time. */
function tellingPins({ onEvent }: VisitorOptions, { knownTrackers }: Home): Pins {
  const pins = openPins(knownTrackers);
  return {
    async check(server, fingerprint) {
      const met = await pins.check(server, fingerprint);
      if (met === 'first') onEvent?.({ event: 'pinned', server: `${server.host}:${server.port}`, fingerprint });
      return met;
    },
  };
}

export async function openVisitor(options: VisitorOptions): Promise<Visitor> {
  const grounds = await openGrounds(options);
  const session = await visit({ ...sessionOptions(options, grounds), user: options.user });
  return {
    ...visitorOver(session, options, grounds),
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]();
      await grounds[Symbol.asyncDispose]();
    },
  };
}

/** What can be asked and fetched over a session of either kind. */
export function visitorOver(
  session: Session,
  options: VisitorOptions,
  grounds: Grounds,
): Omit<Visitor, typeof Symbol.asyncDispose> {
  return {
    tracker: { ...options.server, fingerprint: session.tracker.fingerprint },
    find: (query) => findAll(session, query),
    users: () => usersAll(session),
    async choices(wanted) {
      const choices = await locateAll(session, wanted);
      if (choices.length > 0) return choices;
      const what = 'name' in wanted ? `named '${safeText(wanted.name)}'` : `with the content id ${wanted.id}`;
      throw new RollcallError('not-found', `nobody shares anything ${what}. "rollcall ls" shows what is there`);
    },
    async download(choice, first, how) {
      const { download } = await import('./download/download.ts');
      if (how.file === undefined) await makeFolder(options.downloads);
      return download(request(session, options, choice, first, how), {
        identity: grounds.home.identity,
        transport: grounds.transport,
        writer: grounds.hasher,
        clock: systemClock,
        random: Math.random,
        log: options.log,
      });
    },
    async unregister(user) {
      await session.call('unregister', { user });
    },
  };
}

/** The downloads folder, which the user named and need not have made. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const why = (cause as Error).message;
    throw new RollcallError('usage', `the downloads folder cannot be made: ${why}. Choose another with --downloads`, {
      cause,
    });
  }
}

function request(
  session: Session,
  options: VisitorOptions,
  choice: Choice,
  first: Owner,
  { file, ifExists, onProgress, signal }: DownloadOptions,
): DownloadRequest {
  const { id, size, kind } = choice;
  return {
    id,
    size,
    kind,
    name: first.name,
    owners: [first, ...choice.owners.filter((owner) => owner !== first)],
    moreOwners: async () => (await locateAll(session, { id })).flatMap(({ owners }) => owners),
    report: ({ address, port }) => {
      // A report is a courtesy: whoever downloads has better to do than to wait for it.
      session.call('report', { address, port }).catch(() => {});
    },
    target: resolve(file ?? resolve(options.downloads, savedName(first.user, first.name))),
    ifExists,
    onProgress,
    signal,
  };
}
