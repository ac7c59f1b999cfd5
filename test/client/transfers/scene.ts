import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RollcallError } from '../../../src/base/errors.ts';
import { type ContentId, contentId } from '../../../src/base/ids.ts';
import type { Log } from '../../../src/base/log.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import { type KeptTransfers, openTransfers } from '../../../src/client/transfers/openTransfers.ts';
import type { Fetchable, Fetching, Known, Remains, Source, View } from '../../../src/client/transfers/source.ts';
import type { Download, TransferEvent, WantedDownload } from '../../../src/client/transfers/transfers.ts';
import { FakeClock, settle } from '../../support/fakeClock.ts';

export const idOf = (number: number): ContentId => contentId(number.toString(16).padStart(64, '0'));

/** A fetch under way, for a test to bring to its end. */
export interface FakeFetch {
  known: Known;
  how: Fetching;
  saved(path?: string): Promise<void>;
  failed(error: Error): Promise<void>;
  progress(bytes: number, resumedBytes?: number): void;
  /** True until it has ended, whether it was stopped or not. */
  going: boolean;
}

/** A client that finds whatever is asked for: 1,000 bytes of Bob's. */
export class FakeSource implements Source {
  readonly fetches: FakeFetch[] = [];
  readonly asked: string[] = [];
  /** Once for each question: what it comes to, instead of being found. */
  readonly failures: Error[] = [];
  /** Whoever stops a fetch has to wait for `failed` or `saved`. */
  slowToStop = false;
  verified = true;
  size: number | null = 1000;
  /** Where all is saved that was given no place. */
  folder = '/downloads';

  async locate({ name, id, from, file }: WantedDownload): Promise<Fetchable> {
    this.asked.push(`locate ${name ?? id}`);
    this.#fail();
    const known = resourceName(name ?? 'named.bin');
    const owner = from ?? userName('Bob');
    return this.#fetchable({
      name: known,
      content: this.verified ? (id ?? idOf(1)) : null,
      kind: 'file',
      size: this.verified ? this.size : null,
      from: owner,
      file: file ?? join(this.folder, `downloaded_${owner}_${known}`),
    });
  }

  async locateAgain(known: Known): Promise<Fetchable> {
    this.asked.push(`again ${known.name}`);
    this.#fail();
    const { name, content, kind, size, from, file } = known;
    return this.#fetchable({ name, content, kind, size, from, file });
  }

  /** The last one. */
  get last(): FakeFetch {
    const last = this.fetches.at(-1);
    if (last === undefined) throw new Error('nothing is fetched');
    return last;
  }

  get going(): FakeFetch[] {
    return this.fetches.filter(({ going }) => going);
  }

  #fail(): void {
    const error = this.failures.shift();
    if (error !== undefined) throw error;
  }

  #fetchable(known: Known): Fetchable {
    return { ...known, fetch: (how) => this.#fetch(known, how) };
  }

  #fetch(known: Known, how: Fetching): Promise<{ path: string; bytes: number }> {
    return new Promise((resolve, reject) => {
      const end = async (act: () => void): Promise<void> => {
        fetch.going = false;
        act();
        await settle();
      };
      const fetch: FakeFetch = {
        known,
        how,
        going: true,
        saved: (path = known.file) => end(() => resolve({ path, bytes: known.size ?? 77 })),
        failed: (error) => end(() => reject(error)),
        progress: (bytes, resumedBytes = 0) => how.onProgress({ bytes, size: known.size, resumedBytes }),
      };
      this.fetches.push(fetch);
      how.signal.addEventListener('abort', () => {
        if (!this.slowToStop) void fetch.failed(new RollcallError('interrupted', 'stopped'));
      });
    });
  }
}

export const viewOf = (
  count: number,
  runs: readonly { first: number; count: number }[],
  from: { owner: string; bytes: number }[] = [],
): View => ({ pieces: () => ({ count, runs }), from: () => from });

export interface Scene extends AsyncDisposable {
  clock: FakeClock;
  folder: string;
  file: string;
  source: FakeSource;
  /** Nothing while the tracker is away. */
  online: boolean;
  discarded: Remains[];
  /** Each time: what removing comes to. */
  discard: () => Promise<void>;
  warnings: string[];
  events: TransferEvent[];
  list: KeptTransfers;
  add(number: number, more?: Partial<WantedDownload>): Promise<Download>;
  states(): string[];
  /** Ends the list, and opens it as the next start does. */
  restart(slots?: number): Promise<void>;
  kept(): Promise<{ version: number; downloads: Record<string, unknown>[] }>;
  names(): Promise<string[]>;
}

/** A list of downloads with a fake client, in a folder of its own. */
export async function scene(slots = 2): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-transfers-'));
  const clock = new FakeClock();
  const warn = (_: object, message: string): void => void warnings.push(message);
  const warnings: string[] = [];
  const log: Log = { debug() {}, info() {}, warn, error: warn };
  const open = (count: number): Promise<KeptTransfers> =>
    openTransfers({
      file: s.file,
      slots: count,
      source: () => (s.online ? s.source : undefined),
      async discard(remains) {
        s.discarded.push(remains);
        await s.discard();
      },
      clock,
      log,
    });
  const s: Omit<Scene, 'list'> & { list?: KeptTransfers } = {
    clock,
    folder,
    file: join(folder, 'transfers.json'),
    source: new FakeSource(),
    online: true,
    discarded: [],
    discard: async () => {},
    warnings,
    events: [],
    async add(number, more = {}) {
      const download = await list().add({ name: resourceName(`file${number}.bin`), id: idOf(number), ...more });
      await settle();
      return list().get(download.id);
    },
    states: () =>
      list()
        .list()
        .map(({ state }) => state),
    async restart(count = slots) {
      await list()[Symbol.asyncDispose]();
      s.list = await open(count);
      s.list.watch((event) => void s.events.push(event));
    },
    kept: async () => JSON.parse(await readFile(s.file, 'utf8')),
    names: async () => (await readdir(folder)).sort(),
    async [Symbol.asyncDispose]() {
      for (const fetch of s.source.going) void fetch.failed(new Error('the test is over'));
      await list()[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
  const list = (): KeptTransfers => {
    if (s.list === undefined) throw new Error('the list is not open');
    return s.list;
  };
  s.list = await open(slots);
  s.list.watch((event) => void s.events.push(event));
  return s as Scene;
}
