import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../../src/base/clock.ts';
import { type ContentId, type Fingerprint, fingerprint } from '../../../src/base/ids.ts';
import { silentLog } from '../../../src/base/log.ts';
import type { ResourceName } from '../../../src/base/names.ts';
import type { Announcement } from '../../../src/base/roll.ts';
import { inlineHasher } from '../../../src/client/hashing/hasher.ts';
import { openSharing, type SharingOptions } from '../../../src/client/sharing/openSharing.ts';
import type { Sharing, SharingEvent, TicketIssuer } from '../../../src/client/sharing/sharing.ts';
import type { Watch, WatchOptions } from '../../../src/client/sharing/watcher.ts';
import { memoryNetwork } from '../../../src/net/transport/memory.ts';
import type { HttpHandler, HttpReply, Transport } from '../../../src/net/transport/transport.ts';
import { decodeProblem } from '../../../src/net/wire/peer.ts';
import { countedLinkTicketType, linkTicketType, ticketAlgorithm, ticketType } from '../../../src/net/wire/ticket.ts';
import { FakeClock } from '../../support/fakeClock.ts';

/** A folder of its own on the real disk, by its real path; gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rollcall-sharing-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A fingerprint that stands for whoever is named. */
export const fingerprintOf = (who: string): Fingerprint => fingerprint(createHash('sha256').update(who).digest('hex'));

/** A tracker as far as tickets go. */
export class TicketOffice {
  readonly fingerprint: Fingerprint = fingerprintOf('tracker');
  readonly jti: string = 'AAECAwQFBgcICQoLDA0ODw';
  readonly key: KeyObject;
  readonly publicKey: Uint8Array;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.key = privateKey;
    this.publicKey = publicKey.export({ format: 'der', type: 'spki' });
    this.#clock = clock;
  }

  /** A good ticket for bob at alice, but for what is said otherwise. */
  async ticket(cid: ContentId | string, wrong: WrongTicket = {}): Promise<string> {
    const print = Buffer.from(wrong.fetcher ?? fingerprintOf('bob'), 'hex').toString('base64url');
    return await this.#sign({ cid, cnf: { 'x5t#S256': print } }, ticketType, wrong);
  }

  /** A good link's ticket for alice's, but for what is said otherwise. */
  async link(cid: ContentId | string, wrong: WrongTicket = {}): Promise<string> {
    return await this.#sign({ cid }, linkTicketType, wrong);
  }

  /** One that is good for so many downloads; all of them are counted by `jti`. */
  async counted(cid: ContentId | string, uses: number, wrong: WrongTicket = {}): Promise<string> {
    return await this.#sign({ cid, uses, jti: this.jti }, countedLinkTicketType, wrong);
  }

  async #sign(claims: Record<string, unknown>, typ: string, wrong: WrongTicket): Promise<string> {
    const now = Math.floor(this.#clock.wall() / 1000) + (wrong.issuedIn ?? 0);
    return await new SignJWT({ ...claims, ...wrong.claims })
      .setProtectedHeader({ alg: ticketAlgorithm, typ: wrong.typ ?? typ })
      .setIssuer(wrong.issuer ?? this.fingerprint)
      .setAudience(wrong.owner ?? fingerprintOf('alice'))
      .setIssuedAt(now)
      .setExpirationTime(now + 3600)
      .sign(wrong.key ?? this.key);
  }

  issuer(clockOffsetMs = 0): TicketIssuer {
    return () => ({ fingerprint: this.fingerprint, publicKey: this.publicKey, clockOffsetMs });
  }
}

export interface WrongTicket {
  /** Besides those that it has, or in their place. */
  claims?: Record<string, unknown>;
  issuedIn?: number;
  fetcher?: Fingerprint;
  typ?: string;
  issuer?: Fingerprint;
  owner?: Fingerprint;
  key?: KeyObject;
}

/** A watch that sees what a test tells it. */
export class FakeWatch {
  readonly #watched = new Map<string, WatchOptions>();

  readonly watch: Watch = (path, options) => {
    this.#watched.set(path, options);
    return { [Symbol.asyncDispose]: async () => void this.#watched.delete(path) };
  };

  get paths(): string[] {
    return [...this.#watched.keys()];
  }

  /** Something happened at a path. */
  touch(path: string): void {
    for (const [root, options] of this.#watched) {
      if ((path === root || path.startsWith(`${root}/`)) && !options.ignores(path)) options.touched(path);
    }
  }
}

/** Alice's sharing, with her handler to ask directly, and all that it tells. */
export interface TestSharing extends AsyncDisposable {
  sharing: Sharing;
  folder: string;
  events: SharingEvent[];
  /** What the roll lists. */
  roll: Map<ResourceName, Announcement>;
  /** What it was told to be passed on, each time. */
  told: (readonly ContentId[])[];
  office: TicketOffice;
  clock: FakeClock;
  watch: FakeWatch;
  /** Asks as bob, with a good ticket unless there is one in the headers. */
  ask(path: string, headers?: Record<string, string>, how?: AskOptions): Promise<HttpReply>;
}

export interface AskOptions {
  method?: string;
  /** Whose certificate and whose ticket; bob's where it is missing. */
  caller?: Fingerprint | undefined;
  /** Nobody's. */
  nameless?: boolean;
  /** The address that he asks from. */
  host?: string;
  /** False: in plain HTTP. */
  encrypted?: boolean;
  signal?: AbortSignal;
  /** What the ticket is for, where that is not the content asked for. */
  ticketFor?: ContentId;
}

export async function testSharing(options: Partial<SharingOptions> = {}): Promise<TestSharing> {
  const clock = new FakeClock();
  const folder = await temporaryFolder();
  const events: SharingEvent[] = [];
  const roll = new Map<ResourceName, Announcement>();
  const told: (readonly ContentId[])[] = [];
  const office = new TicketOffice(clock);
  const watch = new FakeWatch();
  let handle: HttpHandler | undefined;
  const memory = memoryNetwork({ clock, random: () => 0.5 }).at('10.0.0.1');
  const transport: Transport = {
    ...memory,
    serveHttp(on, serve) {
      handle = serve.handle;
      return memory.serveHttp(on, serve);
    },
  };
  const sharing = await openSharing({
    identity: { key: '', certificate: '', fingerprint: fingerprintOf('alice') },
    transport,
    port: 0,
    roll: {
      announce: async (resources) => resources.forEach((resource) => void roll.set(resource.name, resource)),
      withdraw: async (names) => names.forEach((name) => void roll.delete(name)),
      partial: async (ids) => void told.push(ids),
    },
    issuer: office.issuer(),
    hasher: inlineHasher,
    cacheFile: join(await temporaryFolder(), 'hashes.db'),
    linksFile: join(await temporaryFolder(), 'links.db'),
    clock,
    log: silentLog,
    onEvent: (event) => events.push(event),
    watch: watch.watch,
    ...options,
  });
  onTestFinished(() => sharing[Symbol.asyncDispose]());
  return {
    sharing,
    folder,
    events,
    roll,
    told,
    office,
    clock,
    watch,
    async ask(
      path,
      headers = {},
      { method = 'GET', signal, ticketFor, host = '10.0.0.2', encrypted = true, ...who } = {},
    ) {
      const caller = who.nameless ? undefined : (who.caller ?? fingerprintOf('bob'));
      if (handle === undefined) throw new Error('nothing was served');
      const cid = ticketFor ?? path.split(/[/?]/)[2] ?? '';
      const given = headers['authorization'];
      const authorization = given ?? (caller && `Bearer ${await office.ticket(cid, { fetcher: caller })}`);
      const shown = { ...headers, ...(authorization !== undefined && { authorization }) };
      const request = { method, path, headers: new Map(Object.entries(shown)) };
      const from = { remote: { host, port: 50_000 }, encrypted, signal: signal ?? new AbortController().signal };
      return await handle(request, { ...from, fingerprint: caller });
    },
    [Symbol.asyncDispose]: () => sharing[Symbol.asyncDispose](),
  };
}

/** The whole body of a reply. Chunks are copied, since their memory is used again. */
export async function bodyOf({ body }: HttpReply): Promise<Buffer> {
  if (body === undefined) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(new Uint8Array(chunk));
  return Buffer.concat(chunks);
}

/** Status and code of a problem reply. */
export async function problemOf(reply: HttpReply): Promise<[number, string | undefined]> {
  return [reply.status, decodeProblem(await bodyOf(reply))?.code];
}

/** Waits for what real disks and threads do in their own time; fails after 10 s. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 1000; turn++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`never came true: ${holds}`);
}

/** Lets a clock run until the promise settles, real disks taking their own time meanwhile. */
export async function winding<T>(clock: FakeClock, promise: Promise<T>): Promise<T> {
  let settled = false;
  const mark = (): void => {
    settled = true;
  };
  promise.then(mark, mark);
  await eventually(async () => {
    await clock.wind(100);
    return settled;
  });
  return await promise;
}
