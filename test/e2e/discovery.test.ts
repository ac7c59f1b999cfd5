import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Lan, lanTrouble, openLan } from '../support/lan.ts';
import { type Line, rollcall, type Started, start, temporaryFolder } from './program.ts';

const trouble = lanTrouble();
if (trouble !== undefined) console.warn(`trackers are not looked for: ${trouble}`);

/** Debian's packages avahi-daemon, avahi-utils and dbus. */
const missing = ['avahi-daemon', 'avahi-browse', 'avahi-publish', 'dbus-daemon'].filter(
  (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0,
);
if (missing.length > 0) console.warn(`Avahi is not asked: ${missing.join(', ')} missing`);

/** As somebody has it who set nothing. */
const untold = { ROLLCALL_DISCOVERY: '' };

describe.runIf(trouble === undefined)('finding the tracker', { timeout: 60_000 }, () => {
  const folder = temporaryFolder();
  const at = (...parts: string[]): string => join(folder.path, ...parts);
  const started: Started[] = [];
  const others: ChildProcess[] = [];
  let lan: Lan;
  let homes = 0;

  const serve = async (machine: string, name: string, ...more: string[]): Promise<Started & { key: unknown }> => {
    const args = ['server', '--data', at(name), '--json', ...more];
    const tracker = start(args, untold, lan.host(machine).on);
    started.push(tracker);
    const { fingerprint: key } = await tracker.line((line) => line['event'] === 'ready');
    return Object.assign(tracker, { key });
  };
  /** By somebody who was never here before. */
  const ask = (machine: string, ...args: string[]) =>
    rollcall([...args, '--home', at(`home-${homes++}`)], untold, lan.host(machine).on);
  const discovered = async (machine = 'guest'): Promise<Line[]> => (await ask(machine, 'discover', '--json')).lines;
  const run = (machine: string, command: string, ...args: string[]): ChildProcess => {
    const [first = '', ...rest] = [...lan.host(machine).on, command, ...args];
    const child = spawn(first, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
    others.push(child);
    return child;
  };

  beforeAll(() => {
    lan = openLan([{ name: 'tracker' }, { name: 'other' }, { name: 'guest' }]);
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((process) => process[Symbol.asyncDispose]()));
    for (const child of others.splice(0)) child.kill('SIGKILL');
  });
  afterAll(() => {
    lan[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  it('takes nothing but a network: one shares, another fetches, and neither names it', async () => {
    const { key } = await serve('tracker', 'one');
    const { address } = lan.host('tracker');
    writeFileSync(at('note.txt'), 'a note');
    const sharing = ['share', at('note.txt'), '--user', 'Bob', '--json', '--home', at('bob')];
    const owner = start(sharing, untold, lan.host('other').on);
    started.push(owner);
    await owner.line((line) => line['event'] === 'announced');
    const listed = await ask('guest', 'ls', '--json');
    expect(listed).toMatchObject({ status: 0, lines: [{ name: 'note.txt', owner: 'Bob' }] });
    expect(listed.stderr).toMatch(
      new RegExp(`^Using the tracker .+ \\(${String(key).slice(0, 8)}\\) at ${address}:7450\\.$`, 'm'),
    );
    expect(await ask('guest', 'get', 'note.txt', '-o', at('fetched.txt'))).toMatchObject({ status: 0 });
    expect(readFileSync(at('fetched.txt'), 'utf8')).toBe('a note');
    expect(await ask('tracker', 'who', '--json')).toMatchObject({ status: 0, lines: [{ user: 'Bob' }] });
    expect(await discovered()).toMatchObject([{ host: address, port: 7450, fingerprint: key }]);
  });

  it('is a choice where there are several, which nobody makes off a terminal', async () => {
    const trackers = [
      await serve('tracker', 'one'),
      await serve('tracker', 'two', '--port', '7460'),
      await serve('other', 'three'),
    ];
    const commands = [
      ['ls'],
      ['client', '--user', 'Eve', '--share', at()],
      ['doctor'],
      ['unregister', '--user', 'Eve'],
    ];
    for (const { status, stderr } of await Promise.all(commands.map((command) => ask('guest', ...command)))) {
      expect(status).toBe(4);
      for (const place of ['10.77.0.1:7450', '10.77.0.1:7460', '10.77.0.2:7450']) expect(stderr).toContain(place);
    }
    const [{ status, lines }, listed] = await Promise.all([ask('guest', 'ls', '--json'), discovered()]);
    expect(status).toBe(4);
    const keys = trackers.map(({ key }) => key).sort();
    const choices = lines[0]?.['choices'] as Line[];
    expect(choices.map((one) => one['fingerprint']).sort()).toEqual(keys);
    expect(listed.map((one) => one['fingerprint']).sort()).toEqual(keys);
  });

  it('ends when the tracker ends, by itself or not', async () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const tracker = await serve('tracker', 'one');
      expect(await discovered()).toHaveLength(1);
      tracker.child.kill(signal);
      await tracker.ended();
      const [left, { status, stderr }] = await Promise.all([discovered(), ask('guest', 'ls')]);
      expect(left).toEqual([]);
      expect(status).toBe(2);
      expect(stderr).toContain('none was found on this network in 2 s: add --server');
    }
  });

  it('does not find one that was told to be silent, or that nobody else could reach', async () => {
    await serve('tracker', 'one', '--no-announce');
    await serve('tracker', 'two', '--host', '127.0.0.1', '--port', '7460');
    expect(await Promise.all([discovered(), discovered('tracker')])).toEqual([[], []]);
    expect(await ask('guest', 'ls', '--server', lan.host('tracker').address)).toMatchObject({ status: 0 });
  });

  it('finds a tracker that was there before its network', async () => {
    lan.host('tracker').pull();
    await serve('tracker', 'one');
    lan.host('tracker').plug();
    const plugged = performance.now();
    while ((await discovered()).length === 0) expect(performance.now() - plugged).toBeLessThan(30_000);
  });

  it('survives whatever is sent to its port', async () => {
    const tracker = await serve('tracker', 'one');
    const noise = run(
      'other',
      process.execPath,
      '-e',
      `const { randomBytes } = require('crypto'); const socket = require('dgram').createSocket({ type: 'udp4', reuseAddr: true });
       const answer = Buffer.from('000084000000ffff00000000', 'hex'); const question = Buffer.from('00000000ffff000000000000', 'hex');
       const name = Buffer.concat(['_rollcall', '_tcp', 'local', ''].map((label) => Buffer.from([label.length, ...Buffer.from(label)])));
       const asks = Buffer.concat(Array(2000).fill(Buffer.concat([name, Buffer.from([0, 12, 0, 1])])));
       const loop = Buffer.from('00008400000000010000000 0c00c000c00010000000000 02c00c'.replace(/ /g, ''), 'hex');
       socket.bind(5353, () => { socket.setMulticastInterface('10.77.0.2'); let sent = 0;
         const next = () => { if (sent++ === 600) { console.log('done'); return socket.close(); }
           const bytes = [randomBytes(1 + sent), Buffer.concat([answer, randomBytes(500)]), Buffer.concat([question, asks]), loop, Buffer.alloc(0)][sent % 5];
           socket.send(bytes, 5353, sent % 2 ? '224.0.0.251' : '10.77.0.1', () => setTimeout(next, 2)); };
         next(); });`,
    );
    const looking = discovered();
    if (noise.stdout !== null) await once(noise.stdout, 'data');
    expect(await looking).toMatchObject([{ fingerprint: tracker.key }]);
    await pause(2000);
    expect(await discovered()).toMatchObject([{ fingerprint: tracker.key }]);
    expect(tracker.child.exitCode).toBeNull();
  });

  it('is given up where another program keeps the port, by both, who say so and go on', async () => {
    const holder = run(
      'tracker',
      process.execPath,
      '-e',
      `require('dgram').createSocket('udp4').bind(5353, () => console.log('ready')); setInterval(() => {}, 1000);`,
    );
    if (holder.stdout !== null) await once(holder.stdout, 'data');
    const tracker = start(['server', '--data', at('one')], untold, lan.host('tracker').on);
    started.push(tracker);
    await tracker.says('Ctrl-C ends it.');
    expect(tracker.stdout()).not.toContain('find it by themselves');
    expect(tracker.stderr()).toMatch(/cannot announce on this network.*EADDRINUSE/);
    const own = await ask('tracker', 'ls', '--verbose');
    expect(own.status).toBe(2);
    expect(own.stderr).toMatch(/cannot look for a tracker on this network.*EADDRINUSE/);
    expect(await ask('guest', 'ls', '--server', lan.host('tracker').address)).toMatchObject({ status: 0 });
  });

  describe.runIf(missing.length === 0)('with Avahi', () => {
    /** An avahi-daemon on the guest's machine with a bus of its own; gives the words to put before a command of its clients. */
    const avahi = async (): Promise<string[]> => {
      const bus = at(`bus-${homes++}`);
      writeFileSync(
        `${bus}.conf`,
        `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
           "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
         <busconfig><type>system</type><listen>unix:path=${bus}</listen><auth>EXTERNAL</auth><policy context="default">
         <allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>`,
      );
      writeFileSync(at('avahi.conf'), '[server]\nhost-name=guest\nuse-ipv6=no\nallow-interfaces=eth0\n');
      const script = `mkdir -p /run/avahi-daemon && mount -t tmpfs tmpfs /run/avahi-daemon
        dbus-daemon --config-file=${bus}.conf --nofork --nopidfile 2>${bus}.log &
        for turn in $(seq 100); do [ -S ${bus} ] && break; sleep 0.1; done
        exec avahi-daemon --no-drop-root --no-chroot --no-rlimits -f ${at('avahi.conf')} 2>&1`;
      const env = [`DBUS_SYSTEM_BUS_ADDRESS=unix:path=${bus}`];
      const daemon = run('guest', 'env', ...env, 'unshare', '--mount', 'sh', '-c', script);
      await new Promise<void>((resolve, reject) => {
        let said = '';
        daemon.stdout?.on('data', (chunk: Buffer) => {
          said += chunk.toString();
          if (said.includes('startup complete')) resolve();
        });
        daemon.once('exit', () => reject(new Error(`avahi-daemon ended: ${said}`)));
      });
      return [...lan.host('guest').on, 'env', ...env];
    };
    const browse = async (before: string[]): Promise<string> => {
      const [first = '', ...rest] = [...before, 'avahi-browse', '-rtpk', '_rollcall._tcp'];
      return new Promise((resolve, reject) => {
        execFile(first, rest, { timeout: 20_000 }, (error, stdout) => (error ? reject(error) : resolve(stdout)));
      });
    };

    it('is what avahi-browse does too: it sees the tracker with its key, and no longer once that ends', async () => {
      const before = await avahi();
      const tracker = await serve('tracker', 'one');
      const seen = await browse(before);
      const { address } = lan.host('tracker');
      expect(seen).toMatch(
        new RegExp(`^=;eth0;IPv4;.*;_rollcall._tcp;local;.*;${address};7450;.*"fp=${tracker.key}"`, 'm'),
      );
      expect(seen).toContain('"v=1"');
      expect(await discovered()).toMatchObject([{ host: address, fingerprint: tracker.key }]);
      tracker.child.kill('SIGTERM');
      await tracker.ended();
      // A record that was taken back lives for a second yet (RFC 6762, section 10.1).
      await pause(1500);
      expect(await browse(before)).toBe('');
    });

    it('works where Avahi announces: a name with spaces and other letters is read', async () => {
      const before = await avahi();
      const key = 'ab'.repeat(32);
      const [first = '', ...rest] = [...before, 'avahi-publish', '-s', 'Büro 3 – links', '_rollcall._tcp', '7777'];
      others.push(spawn(first, [...rest, 'v=1', `fp=${key}`, 'more=x'], { stdio: 'ignore' }));
      const tracker = { name: 'Büro 3 – links', host: lan.host('guest').address, port: 7777, fingerprint: key };
      const begun = performance.now();
      let seen = await discovered('other');
      while (seen.length === 0 && performance.now() - begun < 15_000) seen = await discovered('other');
      expect(seen).toEqual([tracker]);
      expect(await discovered('guest')).toEqual([tracker]);
    });
  });
});
