import { basename, relative } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { RollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { ResourceName, UserName } from '../../base/names.ts';
import type { Random } from '../../base/random.ts';
import { type RateLimit, unlimited } from '../../base/rateLimit.ts';
import type { Identity } from '../../net/identity/identity.ts';
import type { Stream, Transport } from '../../net/transport/transport.ts';
import { Announcer } from './announcer.ts';
import type { SharedFile } from './content/content.ts';
import { HashCache } from './content/hashCache.ts';
import type { PieceHasher } from './content/hashFile.ts';
import { isHidden, isTemporary } from './disk/hidden.ts';
import { openFile } from './disk/openFile.ts';
import { Entries } from './entries.ts';
import { checkTerms, nameOf, realFolder, realPath } from './given.ts';
import { Library } from './library.ts';
import {
  keepPlaceMs,
  keptPlaces,
  lendAfterMs,
  stalledMs,
  uploadSlots,
  uploads as uploadsAtOnce,
  uploadsOfAddress,
  uploadsOfOne,
  yieldAfterMs,
} from './limits.ts';
import { LinkStore } from './links/linkStore.ts';
import { LinkUses } from './links/linkUses.ts';
import { ShortLinks } from './links/shortLinks.ts';
import { type Offer, Offers } from './offers.ts';
import { Passing } from './passing/passing.ts';
import { Quiet } from './quiet.ts';
import { admission } from './serve/admission.ts';
import { type ByName, byName } from './serve/byName.ts';
import { ChunkPool } from './serve/chunkPool.ts';
import { Deliveries } from './serve/deliveries.ts';
import { Haves } from './serve/haves.ts';
import { Leaves } from './serve/leaves.ts';
import { OpenFiles } from './serve/openFiles.ts';
import { troubleOf } from './serve/parts.ts';
import { peerHandler } from './serve/peerServer.ts';
import { ticketCheck } from './serve/tickets.ts';
import { Turns } from './serve/turns.ts';
import { Uploads } from './serve/uploads.ts';
import type { Roll, ShareOptions, Sharing, SharingEvent, TicketIssuer } from './sharing.ts';
import { Skips } from './skips.ts';
import { type Watch, watchDisk } from './watcher.ts';

export interface SharingOptions {
  identity: Identity;
  transport: Transport;
  /** Where the peer server listens: every address of the machine where missing. */
  host?: string | undefined;
  /** 0 asks the system to choose. */
  port: number;
  roll: Roll;
  issuer: TicketIssuer;
  hasher: PieceHasher;
  /** Where content ids are remembered over starts; its folder is made where it is missing. */
  cacheFile: string;
  /** Where it is remembered over starts which links have an address here, and how often they were used. */
  linksFile: string;
  /** Whose name a page tells that a link leads to; nobody's where it is missing. */
  user?: UserName | undefined;
  /** Nothing is answered in plain HTTP, not even links that were made for it. */
  refusePlain?: boolean | undefined;
  clock: Clock;
  log: Log;
  onEvent(event: SharingEvent): void;
  watch?: Watch | undefined;
  /** Bytes a second to all downloaders together; as fast as it goes where missing. */
  limitUp?: RateLimit | undefined;
  /** Uploads that move bytes at a time. */
  uploadSlots?: number | undefined;
  random?: Random | undefined;
  /** Who answers connections to the peer server's port that are not encrypted, out of these files; else they are refused. */
  plain?: ((files: ByName) => (stream: Stream) => void) | undefined;
}

/** Starts the peer server, with nothing shared yet. @throws RollcallError `usage` where the port is taken or forbidden */
export async function openSharing(options: SharingOptions): Promise<Sharing> {
  const { identity, transport, host = '0.0.0.0', clock, log, onEvent, watch = watchDisk } = options;
  const life = new AbortController();
  const cache = new HashCache(options.cacheFile, clock, log);
  const quiet = new Quiet(clock);
  const skips = new Skips(onEvent);
  const files = new OpenFiles(openFile, clock);
  const dropped = (file: SharedFile): void => files.forget(file);
  const library: Library = new Library({
    dropped,
    trouble: (name) =>
      troubleOf({ moved: (file) => offers.moved(name, file), changed: (file) => offers.changed(name, file) }, log),
    turned: () => passing.sharedTurned(),
  });
  const passing = new Passing({
    tell: (ids) => options.roll.partial(ids),
    isShared: (id) => library.has(id),
    dropped,
    cache,
    log,
  });
  const offers = new Offers({
    reader: { hasher: options.hasher, cache, clock },
    library,
    announcer: new Announcer(options.roll),
    quiet,
    skips,
    onEvent,
    log,
    life: life.signal,
  });
  const reader = { files, pool: new ChunkPool(), clock };
  const bounds = { slots: options.uploadSlots ?? uploadSlots, uploads: uploadsAtOnce, uploadsOfAddress, uploadsOfOne };
  const patience = { lendAfterMs, stalledMs, yieldAfterMs, keepPlaceMs, keptPlaces };
  const uploads = new Uploads(new Turns({ ...bounds, ...patience }), clock);
  const deliveries = new Deliveries(clock);
  const links = new LinkStore(options.linksFile);
  const limit = options.limitUp ?? unlimited;
  const folders: AsyncDisposable[] = [];
  const dismissed = new Set<ResourceName>();

  const listener = await transport.serveHttp(
    { host, port: options.port },
    {
      identity,
      ...admission(),
      handle: peerHandler({
        find(ticketed, id) {
          const shared = library.find(ticketed, id);
          const passed = shared === 'unknown' || shared === 'changed' ? passing.find(ticketed, id) : 'unknown';
          return passed === 'unknown' ? shared : passed;
        },
        reader,
        uploads,
        limit,
        deliveries,
        haves: new Haves(),
        leaves: new Leaves(reader),
        random: options.random ?? Math.random,
        checkTicket: ticketCheck(identity.fingerprint, options.issuer, clock),
        shortLinks: new ShortLinks(links, clock),
        linkUses: new LinkUses(links, clock),
        user: options.user,
        refusePlain: options.refusePlain ?? false,
      }),
      plainHttp: true,
      plain: options.plain?.(byName({ reader, uploads, limit, deliveries }, (name) => library.publicFile(name))),
    },
  );

  return {
    port: listener.at.port,
    async share(path, terms: ShareOptions) {
      checkTerms(terms);
      const name = nameOf(path, terms.as);
      const offer = { name, path: await realPath(path), ...termsOf(terms), entry: false };
      dismissed.delete(name);
      const announcement = await offers.add(offer, terms);
      const touched = (): void => quiet.touched(offer.path, () => void offers.refresh(name));
      await offers.watch(name, watch(offer.path, { ignores: (at) => isTemporary(basename(at)), touched, clock, log }));
      return announcement;
    },
    async shareEntries(path, terms) {
      checkTerms(terms);
      const folder = await realFolder(path);
      for (const name of terms.without ?? []) dismissed.add(name);
      const entries = new Entries({
        folder,
        terms: termsOf(terms),
        offers,
        quiet,
        skips,
        onEvent,
        dismissed,
        life: life.signal,
      });
      await entries.offerAll(terms);
      life.signal.throwIfAborted();
      const ignores = (at: string): boolean => isTemporary(basename(at)) || isHidden(relative(folder, at));
      folders.push(watch(folder, { ignores, touched: (at) => entries.touched(at), clock, log }));
    },
    async withdraw(name) {
      await offers.withdraw(name);
      dismissed.add(name);
    },
    list: () => library.list(),
    uploads: () =>
      deliveries.list().map((delivery) => {
        const announced = library.announcementOf(delivery.content);
        return { ...delivery, name: announced?.name ?? null, size: announced?.size ?? delivery.size };
      }),
    setUploadSlots(slots) {
      uploads.slots = slots;
    },
    passOn: (content) => passing.passOn(content),
    quiet(signal) {
      passing.leave();
      return uploads.quiet(signal);
    },
    async [Symbol.asyncDispose]() {
      life.abort(new RollcallError('interrupted', 'sharing has ended'));
      quiet[Symbol.dispose]();
      await listener[Symbol.asyncDispose]();
      await Promise.all(folders.map((folder) => folder[Symbol.asyncDispose]()));
      await offers[Symbol.asyncDispose]();
      await passing[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
      cache[Symbol.dispose]();
      links[Symbol.dispose]();
    },
  };
}

const termsOf = ({ description = '', to }: ShareOptions): Pick<Offer, 'description' | 'to'> => ({ description, to });
