import { resolve } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { RollcallError } from '../base/errors.ts';
import { makeFolders } from '../base/makeFolders.ts';
import type { PassOn } from '../base/partialContent.ts';
import type { Choice } from '../base/roll.ts';
import { safeText } from '../base/safeText.ts';
import type { Guest, GuestOptions, Visitor, VisitorOptions } from './contract.ts';
import type { Receiver } from './download/unverified.ts';
import { downloadRequest, ownersFrom, reportTo } from './downloadRequest.ts';
import { type Grounds, openGrounds, sessionOptions } from './grounds.ts';
import { minSeededBytes } from './limits.ts';
import { openRelay, type Relay } from './relay.ts';
import { usualTarget } from './savedName.ts';
import { findAll, locateAll, usersAll } from './session/roll.ts';
import type { Session } from './session/session.ts';
import { visit } from './session/visit.ts';

export async function openVisitor(options: GuestOptions): Promise<Guest> {
  const { seeding } = options;
  const grounds = await openGrounds(options);
  const session = await visit({ ...sessionOptions(options, grounds), user: options.user });
  let relay: Relay | undefined;
  const passOnOf = ({ size }: Choice): PassOn | undefined => {
    if (seeding === undefined || (size < minSeededBytes && seeding.forMs === 0)) return undefined;
    relay ??= openRelay({ ...options, seeding }, session, grounds);
    return relay.passOn;
  };
  return {
    ...visitorOver(session, options, grounds, passOnOf),
    seeded: async (signal) => relay?.seeded(signal),
    async [Symbol.asyncDispose]() {
      await relay?.[Symbol.asyncDispose]();
      await session[Symbol.asyncDispose]();
      await grounds[Symbol.asyncDispose]();
    },
  };
}

/** What can be asked and fetched over a session of either kind. `passOnOf` says by whom a download is handed on. */
export function visitorOver(
  session: Session,
  options: VisitorOptions,
  grounds: Grounds,
  passOnOf: (choice: Choice) => PassOn | undefined,
): Omit<Visitor, typeof Symbol.asyncDispose> {
  const { home, transport, hasher, limitDown } = grounds;
  const ports = { identity: home.identity, transport, clock: systemClock, signal: options.signal };
  return {
    tracker: { ...options.server, fingerprint: session.tracker.fingerprint },
    find: (query) => findAll(session, query),
    users: () => usersAll(session),
    async located(wanted, link) {
      const terms = link && { linkSeconds: link.seconds, linkUses: link.uses, linkPlain: link.plain };
      const found = await locateAll(session, { ...wanted, ...terms });
      if (link !== undefined) (await import('./links/claims.ts')).checkTerms(found.choices, link);
      if (found.choices.length > 0 || found.unverified.length > 0) return found;
      const what = 'name' in wanted ? `named '${safeText(wanted.name)}'` : `with the content id ${wanted.id}`;
      throw new RollcallError(
        'not-found',
        `nobody shares anything ${what}: see the list of what is shared (rollcall ls, or 2 in the menu)`,
      );
    },
    async download(choice, first, how) {
      const { download } = await import('./download/download.ts');
      if (how.file === undefined) await makeFolder(options.downloads);
      return download(downloadRequest(session, options, choice, first, how), {
        identity: home.identity,
        transport,
        writer: hasher,
        clock: systemClock,
        random: Math.random,
        log: options.log,
        limit: limitDown,
        passOn: passOnOf(choice),
      });
    },
    async downloadUnverified({ owners: [owner] }, { file, ...how }) {
      const { downloadUnverified } = await import('./download/unverified.ts');
      const { fetchClassic } = await import('./classic/fetchClassic.ts');
      if (file === undefined) await makeFolder(options.downloads);
      const from = { transport, clock: systemClock, limit: limitDown, report: reportTo(session) };
      const request = {
        ...how,
        name: owner.name,
        owner: owner.user,
        target: file === undefined ? usualTarget(options.downloads, owner) : resolve(file),
        fetch: (into: Receiver) => fetchClassic(owner, into, from, how.signal),
      };
      return downloadUnverified(request, { clock: systemClock, log: options.log });
    },
    link: async (choice, owner) => (await import('./links/linkTo.ts')).linkTo(choice, owner, ports),
    phoneLink: async (choice, owner) => (await import('./links/linkTo.ts')).phoneLinkTo(choice, owner, ports),
    async metalink(choice, first) {
      const { fetchLeaves } = await import('./links/leaves.ts');
      const { linkUrl } = await import('./links/linkTo.ts');
      const { metalink } = await import('./links/metalink.ts');
      const owners = ownersFrom(choice, first);
      const leaves = await fetchLeaves({ ...choice, owners }, ports);
      return metalink({ name: first.name, size: choice.size, leaves, urls: owners.map((one) => linkUrl(choice, one)) });
    },
    isRegistered: async (user) => (await session.call('account', { user })).registered,
    async unregister(user) {
      await session.call('unregister', { user });
    },
  };
}

/** The downloads folder, which the user named and need not have made. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await makeFolders(folder);
  } catch (cause) {
    const why = (cause as Error).message;
    throw new RollcallError('usage', `the downloads folder cannot be made: ${why}. Choose another with --downloads`, {
      cause,
    });
  }
}
