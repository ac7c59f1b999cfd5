import { execFile, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { startTracker, temporaryFolder } from './program.ts';

const pythonIsHere = spawnSync('python3', ['--version'], { stdio: 'ignore' }).status === 0;
if (!pythonIsHere) console.warn('python3 is not installed: no foreign program speaks the dialect by datagrams');

const host = '127.0.0.1';
/** Short, so that a death is noticed within a test's patience. */
const liveness = ['--heartbeat', '400ms', '--suspect-after', '1200ms', '--evict-after', '2400ms'];

/**
 * Programs as they are in use: one socket that a thread reads, on which anything but `hello` is the reply to the last
 * request; a file goes out raw until the end of the stream.
 */
const program = String.raw`
import json, os, queue, socket, sys, threading, time

first, second = [("127.0.0.1", int(port)) for port in sys.argv[1:3]]
out = {}

class Client:
    def __init__(self, tracker):
        self.tracker, self.replies, self.hellos, self.deaf = tracker, queue.Queue(), 0, False
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            data = self.udp.recvfrom(4095)[0].decode()
            if data != "hello":
                self.replies.put(data)
                continue
            self.hellos += 1
            if not self.deaf:
                self.udp.sendto(b"hello response", self.tracker)

    def send(self, text):
        self.udp.sendto(text if isinstance(text, bytes) else text.encode(), self.tracker)

    def ask(self, text):
        self.send(text)
        return self.replies.get(timeout=5)

    def share(self, files):
        tcp = socket.socket()
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        def serve():
            while True:
                peer = tcp.accept()[0]
                name = peer.recv(1024).decode().split(" ", 1)[1]
                peer.sendall(files.get(name, b"Error: File not found.\n"))
                peer.close()
        threading.Thread(target=serve, daemon=True).start()
        return tcp.getsockname()[1]

def download(address, port, name):
    with socket.create_connection((address, int(port)), timeout=5) as tcp:
        tcp.sendall(("get " + name).encode())
        parts = []
        while part := tcp.recv(65536):
            parts.append(part)
        return b"".join(parts)

content = {"Bob": os.urandom(300_000), "Sally": os.urandom(200_000)}
bob, sally, carol = Client(first), Client(second), Client(first)
ports = {"Bob": bob.share({"test.txt": content["Bob"]}), "Sally": sally.share({"test.txt": content["Sally"]})}
out["ports"] = ports
out["empty"] = [carol.ask("query resources"), carol.ask("query users")]
out["register"] = [bob.ask(f"register Bob {ports['Bob']}"), sally.ask(f"register Sally {ports['Sally']}\r\n")]
out["announce"] = [bob.ask("announce test.txt Bob"), sally.ask("announce test.txt Sally\0")]
out["resources"], out["users"] = carol.ask("query resources"), carol.ask("query users")
out["owners"] = carol.ask("get resource_info test.txt")
out["missing"] = carol.ask("get resource_info nothing.txt")
out["right"] = []
for line in out["owners"].splitlines():
    owner, address, port = line.split(" ")
    out["right"].append(download(address, port, "test.txt") == content[owner])
out["forged"] = carol.ask("announce mine.txt Bob")
out["taken"] = carol.ask("register Bob 5000")

for name in range(1000):
    bob.send(f"announce file-{name:04}.txt Bob")
    if name % 50 == 49:
        for _ in range(50):
            assert bob.replies.get(timeout=5) == "Resource announced successfully"
long = carol.ask("query resources")
out["long"] = [len(long) <= 4095, len(long) > 4000, long.endswith(")\n")]

for length in (0, 1, 40, 1500, 65_507):
    carol.send(os.urandom(length))
carol.send(b"register \xff\xfe 5000")
out["binary"] = carol.replies.get(timeout=5)
carol.send(b"announce " + b"x" * 60_000 + b" Carol")
out["huge"] = carol.replies.get(timeout=5)
out["alive"] = carol.ask("query users")

bob.deaf = True
anew = Client(second)
began = time.monotonic()
out["again"] = anew.ask(f"register Bob {ports['Bob']}")
out["againSeconds"] = time.monotonic() - began
out["fresh"] = anew.ask("get resource_info file-0000.txt")

time.sleep(3)
out["kept"] = carol.ask("query users")
anew.deaf = True
began = time.monotonic()
while "Bob" in carol.ask("query users"):
    time.sleep(0.05)
    assert time.monotonic() - began < 10
out["goneSeconds"] = time.monotonic() - began
out["left"] = carol.ask("query resources")
out["asked"] = [sally.hellos >= 3, carol.hellos]
print(json.dumps(out))
`;

interface Seen extends Record<string, unknown> {
  ports: { Bob: number; Sally: number };
  againSeconds: number;
  goneSeconds: number;
}

const play = (...args: string[]): Promise<Seen> =>
  new Promise((resolve, reject) => {
    execFile('python3', ['-c', program, ...args], { timeout: 18_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout) as Seen);
      else reject(new Error(`${error.message}\n${stderr}`));
    });
  });

describe.runIf(pythonIsHere)('programs that speak the dialect by datagrams', () => {
  it('register, announce, ask, fetch from each other and are missed, on both ports of a tracker', async () => {
    using folder = temporaryFolder();
    const dialect = ['--classic', 'hello', '--hello-port', '0'];
    await using tracker = await startTracker(folder.path, '--host', '0.0.0.0', ...dialect, ...liveness);
    const { port, helloPort } = await tracker.line(({ event }) => event === 'ready');
    const seen = await play(String(port), String(helloPort));
    const { Bob, Sally } = seen.ports;
    const sallys = `Resources:\ntest.txt (Owner: Sally, IP: ${host}, TCP Port: ${Sally})\n`;
    expect(seen).toMatchObject({
      empty: ['No resources available.', 'No active users.'],
      register: ['Registration successful', 'Registration successful'],
      announce: ['Resource announced successfully', 'Resource announced successfully'],
      resources:
        `Resources:\ntest.txt (Owner: Bob, IP: ${host}, TCP Port: ${Bob})\n` +
        `test.txt (Owner: Sally, IP: ${host}, TCP Port: ${Sally})\n`,
      users: 'Active users:\nBob\nSally\n',
      owners: `Bob ${host} ${Bob}\nSally ${host} ${Sally}\n`,
      missing: "Error: Resource 'nothing.txt' not found.",
      right: [true, true],
      forged: expect.stringMatching(/^Error: /),
      taken: expect.stringMatching(/^Error: "Bob" is here already/),
      long: [true, true, true],
      binary: expect.stringMatching(/^Error: .*UTF-8/),
      huge: expect.stringMatching(/^Error: .*1024 bytes/),
      alive: 'Active users:\nBob\nSally\n',
      again: 'Registration successful',
      fresh: "Error: Resource 'file-0000.txt' not found.",
      kept: 'Active users:\nBob\nSally\n',
      left: sallys,
      asked: [true, 0],
    });
    expect(seen.againSeconds).toBeGreaterThan(0.9);
    expect(seen.againSeconds).toBeLessThan(2);
    expect(seen.goneSeconds).toBeLessThan(4);
  });
});
