import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Identity } from '../../../src/net/identity/identity.ts';
import { type MemoryNetwork, memoryNetwork } from '../../../src/net/transport/memory.ts';
import type { Link, Listener, Transport } from '../../../src/net/transport/transport.ts';
import { defaultLiveness } from '../../../src/server/liveness/detector.ts';
import { type RunningTracker, startTracker, type TrackerOptions } from '../../../src/server/server.ts';
import { FakeClock, settle } from '../../support/fakeClock.ts';
import { identityOf } from '../../support/identities.ts';
import { seededRandom } from '../../support/random.ts';
import { type Logged, recordingLog } from './brain.ts';

export const trackerAddress = '192.168.1.1';

/** A whole tracker on a network in memory, with a folder of its own. */
export class Lan implements AsyncDisposable {
  readonly clock: FakeClock;
  readonly network: MemoryNetwork;
  readonly folder: string;
  readonly logged: Logged[];
  tracker: RunningTracker;
  readonly #start: () => Promise<RunningTracker>;

  private constructor(parts: {
    clock: FakeClock;
    network: MemoryNetwork;
    folder: string;
    logged: Logged[];
    tracker: RunningTracker;
    start: () => Promise<RunningTracker>;
  }) {
    this.clock = parts.clock;
    this.network = parts.network;
    this.folder = parts.folder;
    this.logged = parts.logged;
    this.tracker = parts.tracker;
    this.#start = parts.start;
  }

  static async open(options: Partial<TrackerOptions> = {}): Promise<Lan> {
    const clock = new FakeClock();
    const random = seededRandom(1);
    const network = memoryNetwork({ clock, random });
    const folder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'rollcall-tracker-')));
    const { log, lines } = recordingLog();
    const start = (): Promise<RunningTracker> =>
      startTracker({
        host: trackerAddress,
        port: 7450,
        dataFolder: folder,
        liveness: defaultLiveness,
        transport: network.at(trackerAddress),
        clock,
        random,
        log,
        ...options,
      });
    return new Lan({ clock, network, folder, logged: lines, tracker: await start(), start });
  }

  async restart(): Promise<void> {
    await this.tracker[Symbol.asyncDispose]();
    this.tracker = await this.#start();
  }

  async connect(name: string, address = '192.168.1.9'): Promise<Client> {
    const transport = this.network.at(address);
    const identity = await identityOf(name);
    const signal = new AbortController().signal;
    const link = await transport.dial(this.tracker.at, { identity, signal });
    return new Client(link, identity, transport, address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.tracker[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

interface Line {
  id?: number | null;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { code: number; message: string; data?: { name: string } };
}

/** A client that speaks the native protocol by hand. */
export class Client {
  readonly identity: Identity;
  /** Every line that has come, parsed. */
  readonly lines: Line[] = [];
  closed = false;
  readonly #link: Link;
  readonly #transport: Transport;
  readonly #address: string;
  #text = '';
  #id = 0;

  constructor(link: Link, identity: Identity, transport: Transport, address: string) {
    this.#link = link;
    this.identity = identity;
    this.#transport = transport;
    this.#address = address;
    link.open({
      data: (bytes) => {
        this.#text += new TextDecoder().decode(bytes);
        const whole = this.#text.split('\n');
        this.#text = whole.pop() ?? '';
        this.lines.push(...whole.map((line) => JSON.parse(line) as Line));
      },
      closed: () => {
        this.closed = true;
      },
    });
  }

  write(bytes: Uint8Array | string): void {
    this.#link.write(bytes);
  }

  /** The text of a request, and its id. */
  request(method: string, params: unknown = {}): { id: number; line: string } {
    this.#id += 1;
    return { id: this.#id, line: `${JSON.stringify({ jsonrpc: '2.0', id: this.#id, method, params })}\n` };
  }

  /** Asks, and waits for the answer, for as many turns as anything may take that is in memory, or signed on another thread. */
  async ask(method: string, params: unknown = {}): Promise<Line> {
    const { id, line } = this.request(method, params);
    this.write(line);
    return this.answer(id);
  }

  async answer(id: number): Promise<Line> {
    for (let turn = 0; turn < 5000; turn++) {
      const line = this.lines.find((one) => one.id === id && one.method === undefined);
      if (line !== undefined) return line;
      await settle();
    }
    throw new Error(`request ${id} was not answered; there came ${JSON.stringify(this.lines)}`);
  }

  async register(user: string, more: Record<string, unknown> = {}): Promise<Line> {
    return this.ask('register', { user, instance: '0'.repeat(32), agent: 'test 1', ...more });
  }

  /** Serves a port, so that this client can be reached; answers nothing. */
  serve(port: number): Promise<Listener> {
    return this.#transport.serveHttp(
      { host: this.#address, port },
      { identity: this.identity, handle: async () => ({ status: 404, headers: new Map() }) },
    );
  }

  close(): void {
    this.#link.destroy();
  }

  notices(method: string): Line[] {
    return this.lines.filter((line) => line.method === method && line.id === undefined);
  }
}
