import { PassThrough, Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { RollcallError } from '../../../src/base/errors.ts';
import { type ContentId, contentId, fingerprint } from '../../../src/base/ids.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import type { Announcement, Choice, Owner, ResourceRow, UnverifiedChoice, UserRow } from '../../../src/base/roll.ts';
import type {
  AppEvent,
  ContentLink,
  Finding,
  FoundTracker,
  Guest,
  GuestOptions,
  Hashed,
  Participant,
  ParticipantOptions,
  Visitor,
} from '../../../src/client/app.ts';
import type { Ending } from '../../../src/client/interfaces/cli/ending.ts';
import type {
  ClockFlags,
  Environment,
  HistoryFlags,
  OplogFlags,
  ServerFlags,
} from '../../../src/client/interfaces/cli/environment.ts';
import { run } from '../../../src/client/interfaces/cli/run.ts';
import type { Facade } from '../../../src/client/interfaces/facade.ts';
import { FakeClock } from '../../support/fakeClock.ts';

/** A stream that keeps what is written to it. */
export class FakeOutput extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  text = '';

  constructor(isTTY = false, columns = 80) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
    this.columns = columns;
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }

  /** As little as a pipe ends `process.stdout`. */
  override end(): this {
    return this;
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }

  /** Without colours and cursor movements. */
  get plain(): string {
    return stripVTControlCharacters(this.text);
  }

  get records(): Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line));
  }
}

/** Keys and lines for the program to read. */
export class FakeInput extends PassThrough {
  readonly isTTY: boolean;

  constructor(isTTY = false) {
    super();
    this.isTTY = isTTY;
  }

  setRawMode(): this {
    return this;
  }
}

export class FakeEnding implements Ending {
  readonly #controller = new AbortController();
  readonly #intercepts: (() => void)[] = [];

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  intercept(act: () => void): Disposable {
    this.#intercepts.push(act);
    return { [Symbol.dispose]: () => void this.#intercepts.splice(this.#intercepts.indexOf(act), 1) };
  }

  /** What Ctrl-C does. */
  interrupt(): void {
    const act = this.#intercepts.pop();
    if (act !== undefined) act();
    else this.#controller.abort(new RollcallError('interrupted', 'stopped by SIGINT'));
  }

  closePipe(): void {}

  [Symbol.dispose](): void {}
}

export const idOf = (digit: string): ContentId => contentId(digit.repeat(64));
const print = fingerprint('ab'.repeat(32));
/** 2030-01-01, noon, on every clock. */
export const noon: number = new Date(2030, 0, 1, 12, 0).getTime();

export const owner = (user: string, address: string, port: number, name = 'test.txt'): Owner => ({
  user: userName(user),
  address,
  port,
  name: resourceName(name),
  fingerprint: print,
  state: 'alive',
  modified: noon,
  ticket: 'ticket',
});

export const choice = (digit: string, size: number, ...owners: Owner[]): Choice => ({
  id: idOf(digit),
  size,
  kind: 'file',
  description: '',
  owners,
  partial: [],
});

/** A file of a peer of an older system. */
export const unverified = (user: string, address: string, port: number, name = 'test.txt'): UnverifiedChoice => ({
  id: null,
  size: null,
  kind: 'file',
  description: '',
  owners: [
    {
      user: userName(user),
      address,
      port,
      name: resourceName(name),
      state: 'alive',
      modified: noon,
      dialect: 'hello',
      spelling: name,
    },
  ],
});

type Verified = Extract<ResourceRow, { size: number }>;

export const row = (name: string, user: string, more: Partial<Verified> = {}): Verified => ({
  name: resourceName(name),
  owner: userName(user),
  address: '192.168.1.200',
  port: 55211,
  size: 1234,
  id: idOf('a'),
  kind: 'file',
  description: '',
  modified: noon,
  state: 'alive',
  ...more,
});

export const userRow = (user: string, more: Partial<UserRow> = {}): UserRow => ({
  user: userName(user),
  address: '192.168.1.200',
  port: 55211,
  fingerprint: print,
  state: 'alive',
  resources: 2,
  udp: 'ok',
  since: noon,
  ...more,
});

/** A roll and a peer that are what a test says. */
export class FakeApp {
  rows: ResourceRow[] = [];
  userRows: UserRow[] = [];
  /** What the tracker does before it answers a question for what is shared. */
  beforeRows: () => Promise<void> = async () => {};
  /** The same before it says who is here. */
  beforeUsers: () => Promise<void> = async () => {};
  found: Choice[] = [];
  unverified: UnverifiedChoice[] = [];
  findings: Finding[] = [];
  /** What is on the network. */
  trackers: FoundTracker[] = [];
  hashed: Hashed[] = [];
  /** Announced entries of a folder. */
  entries: Announcement[] = [];
  /** What is told while joining. */
  early: AppEvent[] = [{ event: 'joined', again: false, reachable: true }];
  /** What opening rejects with. */
  refuse: Error | undefined;
  downloadWith: Visitor['download'] = async (chosen, first) => ({
    path: `/downloads/downloaded_${first.user}_${first.name}`,
    bytes: chosen.size,
    id: chosen.id,
    from: [first.user],
    seconds: 2,
  });
  downloadUnverifiedWith: Visitor['downloadUnverified'] = async ({ owners: [{ user, name }] }) => ({
    path: `/downloads/downloaded_${user}_${name}`,
    bytes: 12,
    id: null,
    lengthTold: false,
    from: [user],
    seconds: 2,
  });
  /** How others are served after a download. */
  seedWith: Guest['seeded'] = async () => {};
  openDaemonWith: Facade['openDaemon'] = () => Promise.reject(new Error('nothing here opens a daemon'));
  linkWith: Visitor['link'] = async (chosen, first): Promise<ContentLink> => ({
    url: `https://${first.address}:${first.port}/content/${chosen.id}?ticket=${first.ticket}`,
    owner: first.user,
    expires: noon,
    uses: null,
    plain: false,
    pin: 'cGlu',
  });
  phoneLinkWith: Visitor['phoneLink'] = async (_, first): Promise<ContentLink> => ({
    url: `https://${first.address}:${first.port}/l/AbCdEfGh12345678`,
    owner: first.user,
    expires: noon,
    uses: null,
    plain: false,
    pin: 'cGlu',
  });
  metalinkWith: Visitor['metalink'] = async () => ['<metalink>', '</metalink>'];
  /** Names that nobody has. */
  unknown: Set<string> = new Set();
  unregisterWith: Visitor['unregister'] = async () => {};
  /** What visitors were opened with. */
  opened: GuestOptions | undefined;
  shareWith: Participant['share'] = async (path, { as }) => this.announcement(as ?? path.split('/').at(-1) ?? '');
  /** What was asked of it, in order. */
  readonly calls: unknown[] = [];
  /** Tells an event, once somebody has joined. */
  tell: (event: AppEvent) => void = () => {};
  disposed = 0;

  announcement(name: string, digit = 'c'): Announcement {
    const modified = noon;
    return { name: resourceName(name), id: idOf(digit), size: 12, kind: 'file', description: '', modified };
  }

  readonly facade: Facade = {
    discover: async (options) => {
      this.calls.push(['discover', options.ms, options.early]);
      return this.trackers;
    },
    openVisitor: async (options) => {
      this.calls.push(['visit', options.server, options.user]);
      this.opened = options;
      this.tell = options.onEvent ?? (() => {});
      if (this.refuse !== undefined) throw this.refuse;
      if (options.user !== undefined) this.unknown.delete(options.user);
      return { ...this.#visitor(), seeded: (signal) => this.seedWith(signal) };
    },
    openParticipant: async (options) => this.#join(options),
    openDaemon: (options) => this.openDaemonWith(options),
    diagnose: async function* (this: FakeApp) {
      yield* this.findings;
    }.bind(this),
    hashPaths: async function* (this: FakeApp) {
      if (this.refuse !== undefined) throw this.refuse;
      yield* this.hashed;
    }.bind(this),
  };

  #visitor(): Visitor {
    const app = this;
    return {
      tracker: { host: 'tracker', port: 7450, fingerprint: print },
      async *find(query) {
        app.calls.push(['find', query]);
        await app.beforeRows();
        yield* app.rows;
      },
      async *users() {
        await app.beforeUsers();
        yield* app.userRows;
      },
      async located(wanted, link) {
        app.calls.push(link === undefined ? ['located', wanted] : ['located', wanted, link]);
        const { found: choices, unverified } = app;
        if (choices.length + unverified.length === 0) throw new RollcallError('not-found', 'nobody shares that');
        return { choices, unverified };
      },
      download: (...args) => {
        const [chosen, first, { file, ifExists }] = args;
        app.calls.push(['download', chosen.id, first.user, { file, ifExists }]);
        return app.downloadWith(...args);
      },
      downloadUnverified: (...args) => {
        const [{ owners }, { file, ifExists }] = args;
        app.calls.push(['downloadUnverified', owners[0].user, { file, ifExists }]);
        return app.downloadUnverifiedWith(...args);
      },
      link: (...args) => app.linkWith(...args),
      phoneLink: (...args) => app.phoneLinkWith(...args),
      metalink: (...args) => app.metalinkWith(...args),
      isRegistered: async (user) => !app.unknown.has(user),
      async unregister(user) {
        app.calls.push(['unregister', user]);
        await app.unregisterWith(user);
        app.unknown.add(user);
      },
      async [Symbol.asyncDispose]() {
        app.disposed += 1;
      },
    };
  }

  async #join(options: ParticipantOptions): Promise<Participant> {
    const tell = options.onEvent ?? (() => {});
    this.calls.push(['join', options.server, options.user, options.peerPort]);
    this.opened = options;
    if (this.refuse !== undefined) throw this.refuse;
    this.tell = tell;
    for (const event of this.early) tell(event);
    return {
      ...this.#visitor(),
      user: options.user,
      port: 50123,
      share: (path, how) => {
        this.calls.push(['share', path, { as: how.as, description: how.description, to: how.to }]);
        return this.shareWith(path, how);
      },
      shareEntries: async (folder) => {
        this.calls.push(['shareEntries', folder]);
        for (const resource of this.entries) tell({ event: 'announced', resource });
      },
      withdraw: async (name) => {
        this.calls.push(['withdraw', name]);
        this.entries = this.entries.filter((entry) => entry.name !== name);
      },
      shared: () => this.entries,
      uploads: () => [],
      moved: () => ({ up: 0, down: 0 }),
      configure: () => {},
    };
  }
}

export interface Stage {
  stdin: FakeInput;
  stdout: FakeOutput;
  stderr: FakeOutput;
  ending: FakeEnding;
  clock: FakeClock;
  app: FakeApp;
  served: ServerFlags[];
  /** What the other commands that are no client's were run with. */
  ran: (ClockFlags | HistoryFlags | OplogFlags)[];
  status: Promise<number>;
}

/** Runs a command line of `rollcall` against a fake of everything outside. */
export function stage(argv: string[], more: Partial<Environment> & { app?: FakeApp } = {}): Stage {
  const { app = new FakeApp(), ...over } = more;
  const stdin = new FakeInput();
  const stdout = new FakeOutput();
  const stderr = new FakeOutput();
  const ending = new FakeEnding();
  const clock = new FakeClock();
  const served: ServerFlags[] = [];
  const ran: Stage['ran'] = [];
  const keep = async (flags: Stage['ran'][number]): Promise<void> => void ran.push(flags);
  const environment: Environment = {
    argv,
    env: { ROLLCALL_SERVER: 'tracker', ROLLCALL_HOME: '/nowhere/home' },
    cwd: '/work',
    version: '1.2.3',
    program: { execPath: process.execPath, main: '/nowhere/main.js' },
    clock,
    watchEnd: () => ending,
    facade: async () => app.facade,
    runServer: async (flags) => void served.push(flags),
    runHistory: keep,
    runClock: keep,
    runOplog: keep,
    stdin,
    stdout,
    stderr,
    ...over,
  };
  const streams = { stdin, stdout, stderr, ...pickFakes(over) };
  return { ...streams, ending, clock, app, served, ran, status: run(environment) };
}

const pickFakes = ({
  stdin,
  stdout,
  stderr,
}: Partial<Environment>): Partial<Pick<Stage, 'stdin' | 'stdout' | 'stderr'>> => ({
  ...(stdin instanceof FakeInput && { stdin }),
  ...(stdout instanceof FakeOutput && { stdout }),
  ...(stderr instanceof FakeOutput && { stderr }),
});

/** Longest wait for a text, milliseconds: libraries are loaded meanwhile, and the machine may be busy. */
const patienceMs = 8_000;

/** Gives turns until a text is on the screen, or `times` of it; bounded. */
export async function shows(output: FakeOutput, text: string, times = 1): Promise<void> {
  const count = (): number => output.plain.split(text).length - 1;
  const end = performance.now() + patienceMs;
  while (performance.now() < end && count() < times) await new Promise((next) => setImmediate(next));
  if (count() < times) throw new Error(`never shown ${times} times: ${text}\n${output.plain}`);
}
