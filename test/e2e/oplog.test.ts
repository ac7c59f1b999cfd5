import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeOplogCall, OplogReplies, type OplogReply } from '../../src/net/wire/oncRpc/oplog.ts';
import { type Started, start, temporaryFolder } from './program.ts';

/** The oplog's program, as rpcinfo takes it. */
const program = String(0x3123_4567);
const date = '01/05/2026 14:03:00';

const has = (...programs: string[]): boolean => {
  const missing = programs.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
  if (missing.length > 0) console.warn(`${missing.join(', ')} not installed: the log is not tried with them`);
  return missing.length === 0;
};
const tirpcIsHere = (): boolean => {
  const here = spawnSync('sh', ['-c', 'pkg-config --exists libtirpc']).status === 0;
  if (!here) console.warn('libtirpc-dev is not installed: the log is not tried with it');
  return here;
};
const compilerIsHere = has('rpcgen', 'gcc', 'pkg-config') && tirpcIsHere();
const rpcinfoIsHere = has('rpcinfo');

const folder = temporaryFolder();
const at = (...parts: string[]): string => join(folder.path, ...parts);

interface Ended {
  status: number;
  stdout: string;
  stderr: string;
}

const run = (command: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const [name = '', ...args] = command;
    execFile(name, args, { timeout: 15_000 }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });

/** Makes the client and the server from `oplog.x`. */
function compile(): void {
  copyFileSync('src/oplog/oplog.x', at('oplog.x'));
  const make = (command: string): Buffer => execFileSync('sh', ['-ec', command], { cwd: folder.path, stdio: 'pipe' });
  for (const [flag, output] of [
    ['-h', 'oplog.h'],
    ['-c', 'oplog_xdr.c'],
    ['-l', 'oplog_clnt.c'],
    ['-m', 'oplog_svc.c'],
  ]) {
    make(`rpcgen -C ${flag} -o ${output} oplog.x`);
  }
  for (const [name, stub] of [
    ['client', 'oplog_clnt.c'],
    ['server', 'oplog_svc.c'],
  ]) {
    copyFileSync(`test/oplog/foreign/${name}.c`, at(`${name}.c`));
    make(`gcc -w -o ${name} ${name}.c ${stub} oplog_xdr.c $(pkg-config --cflags --libs libtirpc)`);
  }
}

if (compilerIsHere) compile();

interface Oplog extends Started {
  port: number;
  lines(): string[];
}

const started: Started[] = [];
async function startOplog(log: string, before: readonly string[] = []): Promise<Oplog> {
  const oplog = start(['oplog', '--log', log, '--json'], {}, before);
  started.push(oplog);
  const ready = await oplog.line((line) => line['event'] === 'ready');
  expect(ready).toEqual({ event: 'ready', host: '127.0.0.1', port: expect.any(Number), log });
  const lines = (): string[] => readFileSync(log, 'utf8').split('\n').slice(0, -1);
  return Object.assign(oplog, { port: Number(ready['port']), lines });
}

afterAll(async () => {
  await Promise.all(started.map((process) => process[Symbol.asyncDispose]()));
  folder[Symbol.dispose]();
});

const client = (network: string, port: number, ...words: string[]): string[] => [
  at('client'),
  network,
  String(port),
  ...words,
];

describe.runIf(compilerIsHere)('a client made by rpcgen', () => {
  let oplog: Oplog;
  beforeAll(async () => {
    oplog = await startOplog(at('client.log'));
  });

  it.each(['tcp', 'udp'])('has its calls appended over %s', async (network) => {
    const calls = client(network, oplog.port, network, 'PUBLISH', 'a file.txt', date, '3');
    expect(await run(calls)).toEqual({ status: 0, stdout: '0\n0\n0\n', stderr: '' });
    const line = `[${date}] ${network} -> PUBLISH a file.txt`;
    expect(oplog.lines().slice(-3)).toEqual([line, line, line]);
  });

  it('sends long words and hostile ones, and a line stays a line', async () => {
    const [user, parameter] = ['u'.repeat(256), `${'p'.repeat(5000)}\n[${date}] Eve -> CONNECT`];
    expect(await run(client('tcp', oplog.port, user, 'DELETE', parameter, date))).toMatchObject({ stdout: '0\n' });
    expect(oplog.lines().at(-1)).toBe(`[${date}] ${user} -> DELETE ${parameter.replace('\n', '\\u{a}')}`);
  });

  it('has its words read as Latin-1 where they are not UTF-8', async () => {
    const script = `"$0" tcp ${oplog.port} "$(printf 'A\\361a')" CONNECT '' '${date}'`;
    expect(await run(['sh', '-c', script, at('client')])).toMatchObject({ stdout: '0\n' });
    expect(oplog.lines().at(-1)).toBe(`[${date}] Aña -> CONNECT`);
  });

  it.runIf(existsSync('/dev/full'))('is answered with 1 when the disk is full', async () => {
    const full = await startOplog('/dev/full');
    for (const network of ['tcp', 'udp']) {
      expect(await run(client(network, full.port, 'Bob', 'CONNECT', '', date))).toMatchObject({ stdout: '1\n' });
    }
    expect(full.stderr()).toContain('the log cannot be written: calls are answered with 1');
  });
});

describe.runIf(compilerIsHere)('a server made by rpcgen', () => {
  let server: ChildProcess;
  let lines: AsyncIterator<string>;
  const next = async (): Promise<string> => String((await lines.next()).value);
  let port: number;

  beforeAll(async () => {
    server = spawn(at('server'), { stdio: ['ignore', 'pipe', 'inherit'] });
    if (server.stdout === null) throw new Error('the server has no output');
    lines = createInterface(server.stdout)[Symbol.asyncIterator]();
    port = Number(JSON.parse(await next())['tcp']);
  });
  afterAll(async () => {
    const ended = once(server, 'exit');
    server.kill();
    await ended;
  });

  it('takes our calls, one after another on one connection, and we read its answers', async () => {
    const call = { user: 'Zoë', operation: 'PUBLISH', parameter: 'a file.txt', date };
    const replies = new OplogReplies();
    const got: OplogReply[] = [];
    const socket = connect(port, '127.0.0.1');
    socket.write(encodeOplogCall(0xffff_fffe, call));
    socket.write(encodeOplogCall(0xffff_ffff, { ...call, operation: 'FAIL', parameter: '' }));
    for await (const chunk of socket) {
      got.push(...replies.push(chunk as Buffer));
      if (got.length === 2) break;
    }
    expect(got).toEqual([
      { xid: 0xffff_fffe, result: 0 },
      { xid: 0xffff_ffff, result: 1 },
    ]);
    expect(await next()).toBe(`Zoë|PUBLISH|a file.txt|${date}`);
    expect(await next()).toBe(`Zoë|FAIL||${date}`);
  });

  it('refuses a call of another version, and we read why', async () => {
    const replies = new OplogReplies();
    const other = encodeOplogCall(7, { user: 'Bob', operation: 'CONNECT', parameter: '', date });
    other[19 + 4] = 2;
    const socket = connect(port, '127.0.0.1');
    socket.write(other);
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    expect(replies.push(chunk)).toEqual([
      { xid: 7, failure: 'the log server answers: program-mismatch, it speaks versions 1 to 1' },
    ]);
  });
});

describe.runIf(rpcinfoIsHere)('rpcinfo', () => {
  let address: string;
  beforeAll(async () => {
    const { port } = await startOplog(at('rpcinfo.log'));
    address = `127.0.0.1.${port >> 8}.${port & 0xff}`;
  });

  it.each(['tcp', 'udp'])('finds our program over %s, and no other version or program', async (network) => {
    const ask = (...what: string[]): Promise<Ended> => run(['rpcinfo', '-a', address, '-T', network, ...what]);
    expect(await ask(program, '1')).toMatchObject({
      status: 0,
      stdout: `program ${program} version 1 ready and waiting\n`,
    });
    expect((await ask(program, '2')).stderr).toContain('low version = 1, high version = 1');
    expect((await ask('100003', '3')).stderr).toContain('Program unavailable');
  });
});

/** A network and a /run of its own, so that no rpcbind of this machine is in the way, and ours in nobody's. */
const apart = ['unshare', '--net', '--mount', '--fork', '--kill-child'];
const canBeApart = (): boolean => {
  const can = spawnSync(apart[0] ?? '', [...apart.slice(1), 'ip', 'link', 'set', 'lo', 'up']).status === 0;
  if (!can) console.warn('this system or user may not make namespaces: the log is not tried with rpcbind');
  return can;
};

describe.runIf(compilerIsHere && rpcinfoIsHere && has('rpcbind', 'nsenter', 'unshare', 'ip') && canBeApart())(
  'rpcbind',
  () => {
    let outer: ChildProcess;
    let pid: number;
    let there: string[];

    beforeAll(async () => {
      const script = 'ip link set lo up && mount -t tmpfs tmpfs /run && echo $$ && exec rpcbind -f -w';
      outer = spawn(apart[0] ?? '', [...apart.slice(1), 'sh', '-ec', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [said] = (await once(outer.stdout ?? outer, 'data')) as [Buffer];
      pid = Number(said);
      there = ['nsenter', '--net', '--mount', '--wd=.', '-t', String(pid)];
      for (let tries = 0; tries < 100 && (await registered()) === undefined; tries++) await pause(50);
    });
    afterAll(async () => {
      const ended = once(outer, 'exit');
      process.kill(pid);
      await ended;
    });

    /** The networks that rpcbind names our program by; nothing where it does not answer. */
    const registered = async (): Promise<string[] | undefined> => {
      const { status, stdout } = await run([...there, 'rpcinfo', '-p', '127.0.0.1']);
      if (status !== 0) return undefined;
      const ours = stdout.split('\n').filter((line) => line.trim().startsWith(program));
      return ours.map((line) => line.trim().split(/\s+/).slice(1).join(' '));
    };

    it('names our program until we end, also after one that was killed, and clients find us by it', async () => {
      const killed = await startOplog(at('killed.log'), there);
      killed.child.kill('SIGKILL');
      await killed.ended();
      expect(await registered()).toEqual([`1 tcp ${killed.port}`, `1 udp ${killed.port}`]);

      const oplog = await startOplog(at('rpcbind.log'), there);
      expect(await registered()).toEqual([`1 tcp ${oplog.port}`, `1 udp ${oplog.port}`]);
      for (const network of ['tcp', 'udp']) {
        const found = await run([...there, ...client(network, 0, network, 'CONNECT', '', date)]);
        expect(found).toMatchObject({ status: 0, stdout: '0\n' });
      }
      expect(oplog.lines()).toEqual([`[${date}] tcp -> CONNECT`, `[${date}] udp -> CONNECT`]);
      oplog.child.kill('SIGTERM');
      expect(await oplog.ended()).toBe(0);
      expect(await registered()).toEqual([]);
    });
  },
);
