import { instanceId } from '../../../../src/base/ids.ts';
import type { Log } from '../../../../src/base/log.ts';
import { userName } from '../../../../src/base/names.ts';
import type { Dialect } from '../../../../src/base/roll.ts';
import type { Endpoint } from '../../../../src/net/transport/transport.ts';
import type { Caller } from '../../../../src/server/brain/sessions.ts';
import type { Tracker } from '../../../../src/server/brain/tracker.ts';
import { createHello, type Hello } from '../../../../src/server/classic/hello/hello.ts';
import type { FakeClock } from '../../../support/fakeClock.ts';
import { settle } from '../../../support/fakeClock.ts';
import { type Brain, key, resource } from '../../support/brain.ts';

export const trackerAddress = '192.168.1.1';

/** A socket of the tracker, with what was sent by it. */
export interface FakeSocket {
  at: Endpoint;
  sent: { text: string; to: Endpoint }[];
  send(datagram: Uint8Array, to: Endpoint): void;
}

const nobody = (_text: string, _to: Endpoint): void => {};

export function fakeSocket(
  at: Endpoint = { host: trackerAddress, port: 7450 },
  heard: (text: string, to: Endpoint) => void = nobody,
): FakeSocket {
  const socket: FakeSocket = {
    at,
    sent: [],
    send(datagram, to) {
      const text = new TextDecoder().decode(datagram);
      socket.sent.push({ text, to });
      heard(text, to);
    },
  };
  return socket;
}

/** A program at an address and port of its own. It answers `hello` unless it is `silent`. */
export interface Program {
  readonly at: Endpoint;
  silent: boolean;
  /** Everything that has come, but `hello`. */
  readonly replies: string[];
  hellos: number;
  send(text: string | Uint8Array): void;
  /** Sends a request, and returns what has come for it once nothing more happens. */
  ask(text: string): Promise<string>;
}

/** Programs that talk to a shell on one socket. */
export interface Scene extends Disposable {
  readonly hello: Hello;
  readonly socket: FakeSocket;
  program(host: string, port?: number): Program;
}

export function scene(parts: { tracker: Tracker; clock: FakeClock; log: Log }, at?: Endpoint): Scene {
  const programs = new Map<string, Program>();
  const socket = fakeSocket(at, (text, { host, port }) => {
    const program = programs.get(`${host} ${port}`);
    if (program === undefined) return;
    if (text !== 'hello') {
      program.replies.push(text);
      return;
    }
    program.hellos += 1;
    if (!program.silent) queueMicrotask(() => program.send('hello response'));
  });
  const hello = createHello({ ...parts, interfaces: () => ({}) });
  let ports = 40_000;
  return {
    hello,
    socket,
    program(host, port = ++ports) {
      const program: Program = {
        at: { host, port },
        silent: false,
        replies: [],
        hellos: 0,
        send(text) {
          const datagram = typeof text === 'string' ? new TextEncoder().encode(text) : text;
          hello.receive(datagram, program.at, socket);
        },
        async ask(text) {
          const before = program.replies.length;
          program.send(text);
          await settle();
          return program.replies.slice(before).join(' | ');
        },
      };
      programs.set(`${host} ${port}`, program);
      return program;
    },
    [Symbol.dispose]: () => hello[Symbol.dispose](),
  };
}

/** A scene on a brain among fakes. */
export const onBrain = (brain: Brain, at?: Endpoint): Scene & { warned: string[] } => {
  const warned: string[] = [];
  const write = (_: object, message: string): void => void warned.push(message);
  const log: Log = { debug: () => {}, info: () => {}, warn: write, error: write };
  return Object.assign(scene({ tracker: brain.tracker, clock: brain.clock, log }, at), { warned });
};

export const bobAt = 'register Bob 55211';
export const registered = 'Registration successful';
export const announced = 'Resource announced successfully';

/** A peer with a key that shares these names, and answers `dialects` too. */
export async function native(
  brain: Brain,
  user: string,
  of: string,
  more: { names?: string[]; dialects?: Dialect[]; remote?: string; port?: number } = {},
): Promise<Caller> {
  const { names = [], dialects = ['hello'], remote = '192.168.1.50', port = 4000 } = more;
  const { caller } = brain.meet(of, remote);
  const name = userName(user);
  await brain.tracker.ask(caller, { command: 'register', user: name });
  const instance = instanceId(key(of).slice(0, 32));
  await brain.tracker.ask(caller, { command: 'connect', user: name, instance, port, dialects, agent: 'test 1' });
  if (names.length > 0) await brain.announce(caller, ...names.map((one) => resource(one)));
  return caller;
}
