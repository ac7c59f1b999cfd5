import { RollcallError } from '../../../../src/base/errors.ts';
import { instanceId } from '../../../../src/base/ids.ts';
import type { UserName } from '../../../../src/base/names.ts';
import { type Dialect, dialects } from '../../../../src/base/roll.ts';
import { type MemoryNetwork, memoryNetwork } from '../../../../src/net/transport/memory.ts';
import type { Listener, Stream, Transport } from '../../../../src/net/transport/transport.ts';
import type { Caller } from '../../../../src/server/brain/sessions.ts';
import type { Tracker } from '../../../../src/server/brain/tracker.ts';
import { type Classic, createClassic } from '../../../../src/server/classic/classic.ts';
import { settle } from '../../../support/fakeClock.ts';
import { Brain, FakeConnection, key, type Logged, recordingLog, resource } from '../../support/brain.ts';

export const trackerAddress = '192.168.1.1';
const port = 7450;

/** A brain with the dialects over TCP before it, on a network in memory. */
export class Scene implements Disposable {
  readonly brain: Brain;
  readonly network: MemoryNetwork;
  readonly classic: Classic;
  readonly #recording = recordingLog();

  readonly tracker: Tracker;
  /** What every dialling of ours fails with, as the system calls it. */
  fault: string | undefined;

  /** `tracker` in place of the brain's own. */
  constructor(enabled: readonly Dialect[] = dialects, brain: Brain = new Brain(), tracker: Tracker = brain.tracker) {
    this.brain = brain;
    this.tracker = tracker;
    this.network = memoryNetwork({ clock: brain.clock, random: brain.random });
    const transport = this.network.at(trackerAddress);
    const { clock } = brain;
    const { log } = this.#recording;
    this.classic = createClassic({ enabled, tracker, transport: this.#telling(transport), clock, log });
    void transport.listenPlain({ host: trackerAddress, port }, { accept: (stream) => this.classic.accept(stream) });
  }

  get logged(): Logged[] {
    return this.#recording.lines;
  }

  async connect(address = '192.168.1.9'): Promise<Teletype> {
    const { signal } = new AbortController();
    return new Teletype(await this.network.at(address).dialPlain({ host: trackerAddress, port }, { signal }), this);
  }

  /** Listens as a peer does, and takes note of who calls. */
  async serve(address: string, at: number): Promise<Listener & { calls: number }> {
    const served = { calls: 0 };
    const listener = await this.network.at(address).listenPlain(
      { host: address, port: at },
      {
        accept(stream) {
          served.calls += 1;
          stream.open({ data: () => {}, closed: () => {} });
        },
      },
    );
    return Object.assign(served, listener);
  }

  /** Asks the tracker as somebody of no dialect. */
  get stranger(): Caller {
    return this.tracker.meet(new FakeConnection(undefined));
  }

  /** A native peer whose port answers every dialect too, with these files. */
  async native(user: UserName, of: string, ...names: string[]): Promise<Caller> {
    const caller = this.tracker.meet(new FakeConnection(key(of), '192.168.1.20'));
    await this.tracker.ask(caller, { command: 'register', user });
    const instance = instanceId(of.repeat(32));
    const presence = { user, instance, port: 4000, dialects, agent: 'test 1' };
    await this.tracker.ask(caller, { command: 'connect', ...presence });
    const resources = names.map((name) => resource(name));
    await this.tracker.ask(caller, { command: 'announce', resources });
    return caller;
  }

  /** `user address:port` of everybody on the roll. */
  async users(): Promise<string[]> {
    const { rows } = await this.tracker.ask(this.stranger, { command: 'users', limit: 200 });
    return rows.map(({ user, address, port: at }) => `${user} ${address}:${at}`);
  }

  /** `name@owner` of everything on the roll. */
  async files(): Promise<string[]> {
    const { rows } = await this.tracker.ask(this.stranger, { command: 'find', limit: 200 });
    return rows.map(({ name, owner }) => `${name}@${owner}`);
  }

  /** Says of a port that nobody listens on what sockets say: that it refuses. */
  #telling(transport: Transport): Pick<Transport, 'dialPlain'> {
    const failure = (code: string): RollcallError =>
      new RollcallError('unreachable', 'no connection', { cause: Object.assign(new Error(code), { code }) });
    return {
      dialPlain: async (to, options) => {
        if (this.fault !== undefined) throw failure(this.fault);
        try {
          return await transport.dialPlain(to, options);
        } catch (error) {
          throw options.signal.aborted ? error : failure('ECONNREFUSED');
        }
      },
    };
  }

  [Symbol.dispose](): void {
    this.classic[Symbol.dispose]();
  }
}

/** Somebody at the other end, who types and reads. */
export class Teletype {
  readonly stream: Stream;
  readonly #scene: Scene;
  readonly #bytes: number[] = [];
  #hearing: Promise<void> | undefined;
  closed = false;
  /** What came in one piece, as one read takes it. */
  readonly reads: string[] = [];

  constructor(stream: Stream, scene: Scene) {
    this.stream = stream;
    this.#scene = scene;
    stream.open({
      data: (bytes): Promise<void> | undefined => {
        for (const byte of bytes) this.#bytes.push(byte);
        this.reads.push(Buffer.from(bytes).toString());
        return this.#hearing;
      },
      ended: () => {},
      closed: () => {
        this.closed = true;
      },
    });
  }

  /** Takes one more piece of what comes, and no other. */
  deafen(): void {
    this.#hearing = new Promise(() => {});
  }

  /** What has come since it was last read. */
  read(): string {
    return Buffer.from(this.#bytes.splice(0)).toString();
  }

  write(bytes: Uint8Array | string): void {
    this.stream.write(bytes);
  }

  /** Types, and reads what is answered at once. */
  async say(bytes: Uint8Array | string): Promise<string> {
    this.write(bytes);
    await settle();
    return this.read();
  }

  /** Types without a line end, and reads what is answered after the pause. */
  async ask(text: string): Promise<string> {
    this.write(text);
    await this.#scene.brain.clock.wind(60);
    return this.read();
  }
}
