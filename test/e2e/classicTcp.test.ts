import { execFile, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { dialects } from '../../src/base/roll.ts';
import { nodeTransport } from '../../src/net/transport/node.ts';
import { createClassic } from '../../src/server/classic/classic.ts';
import { pauseMs } from '../../src/server/classic/tcp/limits.ts';
import { startTracker } from '../../src/server/server.ts';
import { openRoll } from '../server/classic/hello/roll.ts';
import { temporaryFolder } from './program.ts';

const has = (command: string, flag: string): boolean => {
  const there = spawnSync(command, [flag], { stdio: 'ignore' }).error === undefined;
  if (!there) console.warn(`${command} is not installed: the dialects over TCP are not tried with it`);
  return there;
};
const [pythonIsHere, netcatIsHere] = [has('python3', '--version'), has('nc', '-h')];

const host = '127.0.0.1';
/** Short, so that a death is noticed within a test's patience. */
const liveness = { heartbeatMs: 400, suspectAfterMs: 1200, evictAfterMs: 2400 };
/** On a machine that is busy the halves of a message may be far apart. */
const patient: Clock = {
  ...systemClock,
  after: (ms, act) => systemClock.after(ms === pauseMs ? 40 * pauseMs : ms, act),
};

const opened: (() => unknown)[] = [];
let port: number;
let patientPort: number;

/** A tracker as it is, and one that is patient. */
beforeAll(async () => {
  const folder = temporaryFolder();
  const transport = nodeTransport();
  const [clock, log] = [systemClock, silentLog];
  const tracker = await startTracker({
    host,
    port: 0,
    dataFolder: folder.path,
    liveness,
    transport,
    clock,
    random: Math.random,
    log,
    classic: { dialects },
  });
  port = tracker.at.port;
  const roll = openRoll(clock, liveness);
  const classic = createClassic({ enabled: dialects, tracker: roll.tracker, transport, clock: patient, log });
  const listener = await transport.listenPlain({ host, port: 0 }, { accept: (stream) => classic.accept(stream) });
  patientPort = listener.at.port;
  opened.push(
    () => tracker[Symbol.asyncDispose](),
    () => folder[Symbol.dispose](),
    () => classic[Symbol.dispose](),
    () => listener[Symbol.asyncDispose](),
    () => roll[Symbol.dispose](),
  );
});

afterAll(async () => {
  for (const close of opened) await close();
});

/** What the programs below begin with: `talk` is one lasting connection, `once` is one request. */
const prelude = String.raw`
import json, socket, sys, time

tracker = ("127.0.0.1", int(sys.argv[1]))
out = {}

class Talk:
    def __init__(self):
        self.tcp = socket.create_connection(tracker, timeout=8)
        self.tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data, cut=0):
        data = data if isinstance(data, bytes) else data.encode()
        if 0 < cut < len(data):
            self.tcp.sendall(data[:cut])
            time.sleep(0.001)
        self.tcp.sendall(data[cut:] if cut < len(data) else data)

    def ask(self, data, cut=0):
        self.send(data, cut)
        return self.tcp.recv(4096).decode()

    def rest(self):
        text = b""
        while part := self.tcp.recv(65536):
            text += part
        return text.decode()

    def close(self):
        self.tcp.close()

def once(*strings, cut=0):
    talk = Talk()
    talk.send(b"".join(string.encode() + b"\0" for string in strings), cut)
    reply = talk.rest()
    talk.close()
    return [ord(reply[0])] + reply[1:].split("\0")[:-1]

def peer():
    tcp = socket.socket()
    tcp.bind(("127.0.0.1", 0))
    tcp.listen()
    return tcp, tcp.getsockname()[1]
`;

const play = (program: string, at: number): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) => {
    const code = `${prelude}\n${program}\nprint(json.dumps(out))`;
    execFile('python3', ['-c', code, String(at)], { timeout: 18_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout) as Record<string, unknown>);
      else reject(new Error(`${error.message}\n${stderr}`));
    });
  });

describe.runIf(pythonIsHere)('a program that speaks the dialect of versions', () => {
  it('is answered by the table, and gone when its connection is', async () => {
    const seen = await play(
      String.raw`
bob, alice = Talk(), Talk()
out["bob"] = [bob.ask(text) for text in ("PROTO_VERSION 1.0", "REGISTER vbob", "ANNOUNCE vb.txt 5002")]
out["alice"] = [alice.ask(text + "\n") for text in ("PROTO_VERSION 1.0", "REGISTER valice", "REQUEST vb.txt", "REQUEST no.txt", "LIST_FILES")]
bob.close()
time.sleep(0.3)
out["after"] = alice.ask("LIST_FILES\n")
other = Talk()
out["other"] = [other.ask("PROTO_VERSION 2.0\n"), other.rest()]
`,
      port,
    );
    expect(seen).toEqual({
      bob: ['VERSION_OK\n', 'REGISTERED\n', 'ANNOUNCED\n'],
      alice: ['VERSION_OK\n', 'REGISTERED\n', `FOUND ${host} 5002\n`, 'NOT_FOUND\n', `vb.txt ${host} 5002\nEND\n`],
      after: 'END\n',
      other: ['VERSION_FAIL\n', ''],
    });
  });

  it('may cut each message at any byte', async () => {
    const seen = await play(
      String.raw`
for cut in range(0, 26):
    talk = Talk()
    lines = ("PROTO_VERSION 1.0", f"REGISTER v{cut}", "ANNOUNCE cut.txt 5001", "REQUEST cut.txt", "LIST_FILES")
    out[cut] = [talk.ask(line + end, cut) for line, end in zip(lines, ("\n", "\r\n", "\n", "\r\n", "\n"))]
    talk.close()
    time.sleep(0.01)
`,
      patientPort,
    );
    const file = `${host} 5001\n`;
    const replies = ['VERSION_OK\n', 'REGISTERED\n', 'ANNOUNCED\n', `FOUND ${file}`, `cut.txt ${file}END\n`];
    expect(Object.values(seen)).toEqual(Array.from({ length: 26 }, () => replies));
  });
});

describe.runIf(pythonIsHere)('a program that speaks the dialect of host names', () => {
  it('is answered by the table, one read a reply', async () => {
    const seen = await play(
      String.raw`
alice, bob = Talk(), Talk()
out["alice"] = [alice.ask(text) for text in ("REGISTER alice 5001", "PUBLISH a.txt alice", "PUBLISH a.txt bob", "LIST_CLIENTS")]
out["bob"] = [bob.ask(text) for text in ("PUBLISH b.txt bob", "REGISTER alice 5002", "REGISTER bob 5002", "PUBLISH a.txt bob",
    "FETCH a.txt", "FETCH no.txt", "LIST_CLIENTS", "DISCOVER_CLIENT alice", "DISCOVER_CLIENT carol", "HELLO")]
bob.send("PUBLISH c.txt bobPUBLISH d.txt bob")
time.sleep(0.3)
out["two"] = bob.tcp.recv(4096).decode()
out["four"] = bob.ask("DISCOVER_CLIENT bob\n")
for number in range(600):
    assert bob.ask(f"PUBLISH file-{number:04} bob\n") == "PUBLISH_SUCCESS"
out["long"] = len(bob.ask("DISCOVER_CLIENT bob\n"))
alice.close()
time.sleep(0.3)
out["left"] = bob.ask("LIST_CLIENTS\n")
`,
      port,
    );
    expect(seen).toEqual({
      alice: ['REGISTER_SUCCESS', 'PUBLISH_SUCCESS', 'PUBLISH_FAIL Client not registered', 'LIST_CLIENTS_OK alice'],
      bob: [
        'PUBLISH_FAIL Client not registered',
        'REGISTER_FAIL Hostname already exists',
        'REGISTER_SUCCESS',
        'PUBLISH_SUCCESS',
        `FETCH_OK ${host}:5001:alice ${host}:5002:bob`,
        'FETCH_NOT_FOUND',
        'LIST_CLIENTS_OK alice bob',
        'DISCOVER_CLIENT_OK a.txt',
        'DISCOVER_CLIENT_NOT_FOUND',
        'UNKNOWN_COMMAND',
      ],
      two: 'PUBLISH_SUCCESSPUBLISH_SUCCESS',
      four: 'DISCOVER_CLIENT_OK a.txt c.txt d.txt',
      long: expect.any(Number),
      left: 'LIST_CLIENTS_OK bob',
    });
    expect(seen['long']).toBeGreaterThan(4080);
    expect(seen['long']).toBeLessThanOrEqual(4095);
  });

  it('may cut each message at any byte', async () => {
    const seen = await play(
      String.raw`
for cut in range(0, 24):
    talk = Talk()
    texts = ("REGISTER cutter 5001", "PUBLISH cut.txt cutter", "FETCH cut.txt", "LIST_CLIENTS", "DISCOVER_CLIENT cutter")
    out[cut] = [talk.ask(text + "\n", cut) for text in texts]
    talk.close()
    time.sleep(0.01)
`,
      patientPort,
    );
    const replies = [
      'REGISTER_SUCCESS',
      'PUBLISH_SUCCESS',
      `FETCH_OK ${host}:5001:cutter`,
      'LIST_CLIENTS_OK cutter',
      'DISCOVER_CLIENT_OK cut.txt',
    ];
    expect(Object.values(seen)).toEqual(Array.from({ length: 24 }, () => replies));
  });
});

describe.runIf(pythonIsHere)('a program that speaks the dialect of fields', () => {
  it('is answered by the table, and lives by its port', async () => {
    const seen = await play(
      `
date = "01/05/2026 14:03:00"
listener, port = peer()
verbs = lambda user: (("REGISTER", user), ("CONNECT", user, str(port)))
out["early"] = [once("CONNECT", date, "ann", "5001"), once("UNREGISTER", date, "ann"), once("DISCONNECT", date, "ann"),
    once("PUBLISH", date, "ann", "x", "y"), once("LIST_USERS", date, "ann")]
out["here"] = [once(verb, date, *rest) for verb, *rest in verbs("ann") + verbs("ann")]
out["publish"] = [once("PUBLISH", date, "ann", path, "mine") for path in ("/home/ann/a.txt", "/home/ann/a.txt", "/tmp/a.txt", "../x", "")]
out["content"] = [once("LIST_CONTENT", date, "ann", "ann"), once("LIST_CONTENT", date, "ann", "nobody")]
users = once("LIST_USERS", date, "ann")
out["users"] = users[:4] == [0, "1", "ann", "127.0.0.1"] and users[4] == str(port)
out["delete"] = [once("DELETE", date, "ann", "/tmp/a.txt"), once("DELETE", date, "ann", "/tmp/a.txt")]
out["faulty"] = [once("HELLO", date), once("REGISTER", date, "x" * 256), once("CONNECT", date, "ann", "80")]
deadline = time.monotonic() + 3
while time.monotonic() < deadline:
    assert once("CONNECT", date, "ann", "5001") == [2]
    time.sleep(0.2)
listener.close()
began = time.monotonic()
while once("CONNECT", date, "ann", "5001") == [2]:
    assert time.monotonic() - began < 6
    time.sleep(0.1)
out["end"] = [once("DISCONNECT", date, "ann"), once("DISCONNECT", date, "ann"), once("UNREGISTER", date, "ann"), once("UNREGISTER", date, "ann")]
`,
      port,
    );
    expect(seen).toEqual({
      early: [[1], [1], [1], [1], [1]],
      here: [[0], [0], [1], [2]],
      publish: [[0], [3], [0], [4], [4]],
      content: [[0, '2', '/tmp/a.txt', '/home/ann/a.txt'], [3]],
      users: true,
      delete: [[0], [3]],
      faulty: [[2], [2], [2]],
      end: [[0], [2], [0], [1]],
    });
  });

  it('may cut each message at any byte', async () => {
    const seen = await play(
      `
date = "01/05/2026 14:03:00"
for cut in range(0, 60):
    out[cut] = [once("REGISTER", date, "cut", cut=cut), once("CONNECT", date, "cut", "5001", cut=cut),
        once("PUBLISH", date, "cut", "/a/b.txt", "what it is", cut=cut), once("LIST_CONTENT", date, "cut", "cut", cut=cut),
        once("DELETE", date, "cut", "/a/b.txt", cut=cut), once("DISCONNECT", date, "cut", cut=cut), once("UNREGISTER", date, "cut", cut=cut)]
`,
      patientPort,
    );
    const replies = [[0], [0], [0], [0, '1', '/a/b.txt'], [0], [0], [0]];
    expect(Object.values(seen)).toEqual(Array.from({ length: 60 }, () => replies));
  });
});

/** What `nc -N` does, where there is none. */
const standIn = `
import socket, sys
tcp = socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=8)
tcp.sendall(sys.stdin.buffer.read())
tcp.shutdown(socket.SHUT_WR)
while part := tcp.recv(65536):
    sys.stdout.buffer.write(part)
`;

describe.runIf(pythonIsHere || netcatIsHere)('netcat, or what does the same', () => {
  const [command, ...flags]: readonly [string, ...string[]] = netcatIsHere ? ['nc', '-N'] : ['python3', '-c', standIn];
  const nc = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const child = execFile(command, [...flags, host, String(port)], { timeout: 10_000 }, (error, stdout) => {
        if (error === null) resolve(stdout);
        else reject(error);
      });
      child.stdin?.end(text);
    });

  it.each([
    ['REGISTER netcat 5001\nPUBLISH n.txt netcat\n', 'REGISTER_SUCCESSPUBLISH_SUCCESS'],
    ['FETCH none.txt', 'FETCH_NOT_FOUND'],
    ['REGISTER shy', 'REGISTER_FAIL Invalid request'],
    ['PROTO_VERSION 1.0\nREQUEST none.txt\n', 'VERSION_OK\nNOT_FOUND\n'],
    ['PROTO_VERSION 3.0', 'VERSION_FAIL\n'],
    ['REGISTER\0\0netcat\0', '\0'],
    ['', ''],
  ])('says %j, shuts its side, and reads %j', async (text, reply) => {
    expect(await nc(text)).toBe(reply);
  });
});
