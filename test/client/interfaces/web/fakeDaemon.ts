import { RollcallError } from '../../../../src/base/errors.ts';
import { contentId, fingerprint } from '../../../../src/base/ids.ts';
import { silentLog } from '../../../../src/base/log.ts';
import type { LogBook, LogEntry } from '../../../../src/base/logBook.ts';
import { type ResourceName, resourceName, userName } from '../../../../src/base/names.ts';
import type { UserRow } from '../../../../src/base/roll.ts';
import type {
  Connection,
  ContentRow,
  Daemon,
  DaemonEvent,
  DaemonSettings,
  Download,
  Drops,
  LiveRoll,
  PieceBar,
  RateSample,
  RollQuery,
  Share,
  Transfers,
  Upload,
} from '../../../../src/client/app.ts';

export const anId: ReturnType<typeof contentId> = contentId('a'.repeat(64));
export const aPrint: ReturnType<typeof fingerprint> = fingerprint('ab'.repeat(32));

export const online: Extract<Connection, { state: 'online' }> = {
  state: 'online',
  server: 'tracker:7450',
  user: userName('Carol'),
  fingerprint: aPrint,
  port: 50_123,
  reachable: true,
  since: 5,
};

export const aUser = (user: string, more: Partial<UserRow> = {}): UserRow => ({
  user: userName(user),
  address: '192.168.1.200',
  port: 55_211,
  fingerprint: aPrint,
  state: 'alive',
  resources: 2,
  udp: 'ok',
  since: 7,
  ...more,
});

export const aContent = (name: string, more: Partial<ContentRow> = {}): ContentRow => ({
  key: `${name}/a`,
  name: resourceName(name),
  id: anId,
  size: 1234,
  kind: 'file',
  description: '',
  modified: 9,
  owners: [{ user: userName('Bob'), address: '192.168.1.201', port: 55_212, state: 'alive' }],
  namesakes: 1,
  ...more,
});

export const aShare = (name: string, more: Partial<Share> = {}): Share => ({
  name: resourceName(name),
  path: `/shared/${name}`,
  state: 'shared',
  kind: 'file',
  id: anId,
  size: 12,
  description: '',
  to: [],
  hashing: null,
  error: null,
  sharedAt: 3,
  ...more,
});

export const aDownload = (id: string, more: Partial<Download> = {}): Download => ({
  id,
  name: resourceName('film.mkv'),
  content: anId,
  kind: 'file',
  size: 1000,
  bytes: 500,
  state: 'running',
  rate: 100,
  secondsLeft: 5,
  from: userName('Bob'),
  owners: [{ owner: 'Bob', bytes: 500, rate: 100 }],
  waiting: null,
  path: null,
  error: null,
  addedAt: 1,
  endedAt: null,
  seconds: 5,
  ...more,
});

export const anUpload: Upload = {
  id: 'u1',
  name: resourceName('film.mkv'),
  content: anId,
  user: userName('Bob'),
  address: '192.168.1.201:50000',
  bytes: 10,
  size: 100,
  rate: 5,
  since: 2,
};

export const anEntry = (number: number, more: Partial<LogEntry> = {}): LogEntry => ({
  number,
  at: number,
  level: 'info',
  message: `entry ${number}`,
  fields: { number },
  ...more,
});

const missing = (what: string): RollcallError => new RollcallError('not-found', `there is no ${what}`);

/** A daemon that has what a test puts into it, and remembers what was asked of it. */
export class FakeDaemon implements Daemon {
  connection: Connection = { state: 'offline' };
  userRows: UserRow[] = [];
  contentRows: ContentRow[] = [];
  downloadRows: Download[] = [];
  uploadRows: Upload[] = [];
  shareRows: Share[] = [];
  samples: RateSample[] = [];
  entries: LogEntry[] = [];
  bar: PieceBar | undefined;
  current: DaemonSettings = {
    limitUp: null,
    limitDown: 1000,
    uploadSlots: 16,
    maxOwners: 16,
    downloadSlots: 3,
    downloads: '/downloads',
    shareFolder: '/shared',
    peerPort: 0,
  };
  /** What was put into drops, whole, by drop and path; `broken` where its bytes ended in a failure. */
  readonly files: Map<string, string | 'broken'> = new Map();
  /** What the next question that changes something is refused with. */
  refuse: Error | undefined;
  /** How many bytes of a file are read before `refuse` is thrown. */
  refuseAfter = 0;
  readonly calls: unknown[] = [];
  disposed = 0;
  readonly #listeners: Set<(event: DaemonEvent) => void> = new Set();

  get listeners(): number {
    return this.#listeners.size;
  }

  tell(event: DaemonEvent): void {
    for (const told of this.#listeners) told(event);
  }

  #asked(...call: unknown[]): void {
    this.calls.push(call);
    if (this.refuse !== undefined) throw this.refuse;
  }

  async connect(to: Parameters<Daemon['connect']>[0]): Promise<void> {
    this.#asked('connect', to);
    this.connection = { ...online, server: to.server, user: userName(to.user) };
  }

  async disconnect(): Promise<void> {
    this.#asked('disconnect');
    this.connection = { state: 'offline' };
  }

  readonly roll: LiveRoll = this.#openRoll();

  #openRoll(): LiveRoll {
    const daemon = this;
    return {
      version: 4,
      state: 'live',
      cut: false,
      get resources() {
        return daemon.contentRows.length;
      },
      users: () => daemon.userRows,
      contents(query: RollQuery) {
        daemon.#asked('contents', query);
        const found = daemon.contentRows.filter(({ name }) => name.includes(query.pattern ?? ''));
        const rows = found.slice(query.offset, query.offset + query.limit);
        return { version: 4, total: found.length, rows };
      },
      watch: () => ({ [Symbol.dispose]() {} }),
    };
  }

  readonly transfers: Transfers = this.#openTransfers();

  #openTransfers(): Transfers {
    const daemon = this;
    const get = (id: string): Download => {
      const found = daemon.downloadRows.find((row) => row.id === id);
      if (found === undefined) throw missing(`download ${id}`);
      return found;
    };
    const become = (id: string, state: Download['state']): void => {
      daemon.#asked(state, id);
      get(id).state = state;
    };
    return {
      list: () => daemon.downloadRows,
      get,
      async add(wanted) {
        daemon.#asked('add', wanted);
        const made = aDownload(`d${daemon.downloadRows.length + 1}`, { name: wanted.name ?? resourceName('by-id') });
        daemon.downloadRows.push(made);
        return made;
      },
      pause: (id) => become(id, 'paused'),
      resume: (id) => become(id, 'queued'),
      cancel: async (id) => become(id, 'cancelled'),
      forget(id) {
        daemon.#asked('forget', id);
        daemon.downloadRows.splice(daemon.downloadRows.indexOf(get(id)), 1);
      },
      pieces: (id) => {
        get(id);
        return daemon.bar;
      },
      watch: () => ({ [Symbol.dispose]() {} }),
      async [Symbol.asyncDispose]() {},
    };
  }

  readonly log: LogBook = {
    log: silentLog,
    entries: (want) => {
      this.calls.push(['entries', want]);
      return this.entries;
    },
    watch: () => ({ [Symbol.dispose]() {} }),
  };

  uploads(): Upload[] {
    return this.uploadRows;
  }

  rates(): readonly RateSample[] {
    return this.samples;
  }

  shares(): Share[] {
    return this.shareRows;
  }

  async share(path: string, terms: Parameters<Daemon['share']>[1]): Promise<Share> {
    this.#asked('share', path, terms);
    const share = aShare(terms.as ?? path.split('/').at(-1) ?? '', { path });
    this.shareRows.push(share);
    return share;
  }

  async withdraw(name: ResourceName): Promise<void> {
    this.#asked('withdraw', name);
    const place = this.shareRows.findIndex((share) => share.name === name);
    if (place === -1) throw missing(`share "${name}"`);
    this.shareRows.splice(place, 1);
  }

  readonly drops: Drops = this.#openDrops();

  #openDrops(): Drops {
    const daemon = this;
    return {
      async open() {
        daemon.#asked('open');
        return 'drop-1';
      },
      async put(drop, path, bytes, size) {
        daemon.calls.push(['put', drop, path, size]);
        if (drop !== 'drop-1') throw missing('such drop');
        const key = `${drop}:${path}`;
        let read = 0;
        let text = '';
        try {
          for await (const chunk of bytes) {
            if (daemon.refuse !== undefined && read >= daemon.refuseAfter) throw daemon.refuse;
            read += chunk.length;
            if (read < 100_000) text += Buffer.from(chunk).toString();
          }
        } catch (error) {
          daemon.files.set(key, 'broken');
          throw error;
        }
        daemon.files.set(key, read < 100_000 ? text : `${read} bytes`);
      },
      async publish(drop, terms) {
        daemon.#asked('publish', drop, terms);
        return [aShare('dropped.txt')];
      },
      async discard(drop) {
        daemon.#asked('discard', drop);
      },
      async [Symbol.asyncDispose]() {},
    };
  }

  settings(): DaemonSettings {
    return this.current;
  }

  async configure(change: Parameters<Daemon['configure']>[0]): Promise<DaemonSettings> {
    this.#asked('configure', change);
    const said = Object.entries(change).filter(([, value]) => value !== undefined);
    this.current = { ...this.current, ...Object.fromEntries(said) };
    return this.current;
  }

  async link(wanted: Parameters<Daemon['link']>[0]): ReturnType<Daemon['link']> {
    this.#asked('link', wanted);
    return {
      url: 'https://192.168.1.200:50123/link/abcdef',
      owner: userName('Carol'),
      name: resourceName('film.mkv'),
      size: 1000,
      expires: 1_900_000_000_000,
      uses: wanted.uses ?? null,
    };
  }

  async date(): Promise<{ date: string; source: string }> {
    return { date: '2030-01-01T00:00:00.000Z', source: 'this machine' };
  }

  watch(told: (event: DaemonEvent) => void): Disposable {
    this.#listeners.add(told);
    return { [Symbol.dispose]: () => void this.#listeners.delete(told) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disposed += 1;
  }
}
