import { execFile, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTracker, temporaryFolder } from './program.ts';

const has = (command: string, flag: string): boolean => {
  const there = spawnSync(command, [flag], { stdio: 'ignore' }).error === undefined;
  if (!there) console.warn(`${command} is not installed: the dialects over TCP are not tried with it`);
  return there;
};
const [pythonIsHere, netcatIsHere] = [has('python3', '--version'), has('nc', '-h')];

const host = '127.0.0.1';
/** Short, so that a death is noticed within a test's patience. */
const liveness = ['--heartbeat', '400ms', '--suspect-after', '1200ms', '--evict-after', '2400ms'];

const folder = temporaryFolder();
let tracker: Awaited<ReturnType<typeof startTracker>>;
let port: string;

beforeAll(async () => {
  tracker = await startTracker(folder.path, '--classic', 'versioned,hostname,fields', ...liveness);
  port = tracker.address.split(':').at(-1) ?? '';
});

afterAll(async () => {
  await tracker[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
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

    def send(self, data):
        self.tcp.sendall(data if isinstance(data, bytes) else data.encode())

    def ask(self, data):
        self.send(data)
        return self.tcp.recv(4096).decode()

    def rest(self):
        text = b""
        while part := self.tcp.recv(65536):
            text += part
        return text.decode()

    def close(self):
        self.tcp.close()

def once(*strings):
    talk = Talk()
    talk.send(b"".join(string.encode() + b"\0" for string in strings))
    reply = talk.rest()
    talk.close()
    return [ord(reply[0])] + reply[1:].split("\0")[:-1]

def peer():
    tcp = socket.socket()
    tcp.bind(("127.0.0.1", 0))
    tcp.listen()
    return tcp, tcp.getsockname()[1]
`;

const play = (program: string): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) => {
    const code = `${prelude}\n${program}\nprint(json.dumps(out))`;
    execFile('python3', ['-c', code, port], { timeout: 18_000 }, (error, stdout, stderr) => {
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
    );
    expect(seen).toEqual({
      bob: ['VERSION_OK\n', 'REGISTERED\n', 'ANNOUNCED\n'],
      alice: ['VERSION_OK\n', 'REGISTERED\n', `FOUND ${host} 5002\n`, 'NOT_FOUND\n', `vb.txt ${host} 5002\nEND\n`],
      after: 'END\n',
      other: ['VERSION_FAIL\n', ''],
    });
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
      const child = execFile(command, [...flags, host, port], { timeout: 10_000 }, (error, stdout) => {
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
