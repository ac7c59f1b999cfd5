import { type ChildProcessByStdio, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Lan, lanTrouble, openLan } from '../support/lan.ts';
import { type Started, start, temporaryFolder } from './program.ts';

const MiB = 1 << 20;
const owners = ['Ada', 'Bob', 'Cyd'];
const guests = ['Dan', 'Eve', 'Fay'];
/** Quick enough that a test does not wait, slow enough that a download can be met in its middle. */
const mbit = 200;

const trouble = lanTrouble();
if (trouble !== undefined) console.warn(`no LAN on one machine: ${trouble}`);

describe.runIf(trouble === undefined)('on a LAN', { timeout: 60_000 }, () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let lan: Lan;
  let content: Buffer;
  const started: Started[] = [];
  const at = (...parts: string[]): string => join(folder.path, ...parts);

  const rollcall = (machine: string, ...args: string[]): Started => {
    const server = lan.host('tracker').address;
    const whose = ['--server', server, '--home', at(`home-${machine}`), '--json'];
    const process = start([...args, ...whose], {}, lan.host(machine).on);
    started.push(process);
    return process;
  };
  const share = async (user: string): Promise<Started> => {
    const owner = rollcall(user, 'share', at('film.mkv'), '--user', user);
    await owner.line((line) => line['event'] === 'announced');
    return owner;
  };
  const target = (guest: string): string => at('downloads', guest);
  const get = (guest: string): Started => rollcall(guest, 'get', 'film.mkv', '-o', target(guest));
  const isWhole = (guest: string): boolean => readFileSync(target(guest)).equals(content);
  const film = (bytes: number): void => {
    content = randomBytes(bytes);
    writeFileSync(at('film.mkv'), content);
  };

  beforeEach(async () => {
    folder = temporaryFolder();
    mkdirSync(at('downloads'));
    lan = openLan([{ name: 'tracker' }, ...[...owners, ...guests].map((name) => ({ name, mbit }))]);
    const tracker = start(['server', '--data', at('tracker'), '--json'], {}, lan.host('tracker').on);
    started.push(tracker);
    await tracker.line((line) => line['event'] === 'ready');
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((process) => process[Symbol.asyncDispose]()));
    lan[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  it('three who fetch from one owner at once all get the right bytes', async () => {
    film(32 * MiB);
    await share('Ada');
    const fetching = guests.map(get);
    expect(await Promise.all(fetching.map((guest) => guest.ended()))).toEqual([0, 0, 0]);
    expect(guests.map(isWhole)).toEqual([true, true, true]);
    expect(readdirSync(at('downloads')).sort()).toEqual([...guests].sort());
  });

  it('a download goes on within seconds where the cable of one of two owners is pulled in its middle', async () => {
    film(96 * MiB);
    await Promise.all([share('Ada'), share('Bob')]);
    const fetching = get('Dan');
    await fetching.line((line) => line['event'] === 'progress' && Number(line['bytes']) > 0);
    lan.host('Ada').pull();
    const pulled = performance.now();
    expect(await fetching.ended(50_000)).toBe(0);
    expect(performance.now() - pulled).toBeLessThan(15_000);
    expect(isWhole('Dan')).toBe(true);
  });

  it('a download ends although every tenth packet of its cable is lost', async () => {
    film(2 * MiB);
    await Promise.all(['Ada', 'Bob'].map(share));
    lan.host('Dan').drop(0.1);
    expect(await get('Dan').ended(55_000)).toBe(0);
    expect(isWhole('Dan')).toBe(true);
  });

  it('a download that is killed at five random moments resumes, and is whole', async () => {
    film(48 * MiB);
    await Promise.all(owners.map(share));
    for (let kills = 0; kills < 5; kills++) {
      const fetching = get('Dan');
      await pause(Math.random() * 1200);
      fetching.child.kill('SIGKILL');
      await fetching.ended();
      if (existsSync(target('Dan'))) {
        expect(isWhole('Dan')).toBe(true);
        rmSync(target('Dan'));
      }
    }
    expect(await get('Dan').ended()).toBe(0);
    expect(isWhole('Dan')).toBe(true);
  });

  it('a download is whole although each of two owners out of three dies in it', async () => {
    film(64 * MiB);
    const sharing = await Promise.all(owners.map(share));
    const fetching = get('Dan');
    await fetching.line((line) => line['event'] === 'progress' && Number(line['bytes']) > 0);
    for (const owner of sharing.slice(1)) {
      owner.child.kill('SIGKILL');
      await pause(Math.random() * 500);
    }
    expect(await fetching.ended()).toBe(0);
    expect(isWhole('Dan')).toBe(true);
  });
});

describe.runIf(trouble === undefined)('a LAN on one machine', () => {
  const namespaces = (): string => execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' });

  it('is gone once it is disposed, and takes with it what runs on it', async () => {
    const lan = openLan([{ name: 'alone', mbit }]);
    const [command = '', ...args] = [...lan.host('alone').on, 'sleep', '60'];
    const sleeper = spawn(command, args, { stdio: 'ignore' });
    const ended = once(sleeper, 'exit');
    await once(sleeper, 'spawn');
    const before = performance.now();
    while (execFileSync('ip', ['netns', 'pids', lan.host('alone').on.at(-1) ?? ''], { encoding: 'utf8' }) === '') {
      expect(performance.now() - before).toBeLessThan(5000);
    }
    lan[Symbol.dispose]();
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(namespaces()).not.toContain(`rollcall-lan-${process.pid}-`);
  });

  it('loses the share of packets that it was told to, in each direction', async () => {
    using lan = openLan([{ name: 'Ada' }, { name: 'Bob' }]);
    expect(await arrived(lan, 'Ada', 'Bob')).toBeGreaterThan(0.97);
    lan.host('Bob').drop(0.2);
    for (const [from, to] of [
      ['Ada', 'Bob'],
      ['Bob', 'Ada'],
    ] as const) {
      const share = await arrived(lan, from, to);
      expect(share).toBeGreaterThan(0.7);
      expect(share).toBeLessThan(0.87);
    }
    lan.host('Bob').drop(0);
    expect(await arrived(lan, 'Ada', 'Bob')).toBeGreaterThan(0.97);
  });

  it('sweeps away what a process left that crashed, and nothing of a living one', () => {
    const dead = `rollcall-lan-${spawnSync('true').pid}-0-left`;
    const living = `rollcall-lan-${process.ppid}-0-living`;
    for (const name of [dead, living]) execFileSync('ip', ['netns', 'add', name]);
    try {
      using _lan = openLan([]);
      expect(namespaces()).not.toContain(dead);
      expect(namespaces()).toContain(living);
    } finally {
      execFileSync('ip', ['netns', 'del', living]);
    }
  });
});

const datagrams = 1000;

/** The share of so many datagrams that comes from one machine to another. */
async function arrived(lan: Lan, from: string, to: string): Promise<number> {
  const run = (machine: string, script: string): ChildProcessByStdio<null, Readable, null> => {
    const [command = '', ...args] = [...lan.host(machine).on, process.execPath, '-e', script];
    return spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  };
  const receiver = run(
    to,
    `let count = 0; const socket = require('dgram').createSocket('udp4').bind(7000, () => console.log('ready'));
     socket.on('message', (bytes) => { if (bytes.length > 1) count++; else { console.log(count); process.exit(); } });`,
  );
  const said: AsyncIterator<string> = createInterface({ input: receiver.stdout })[Symbol.asyncIterator]();
  await said.next();
  run(
    from,
    `const socket = require('dgram').createSocket('udp4'); let sent = 0; const bytes = [Buffer.alloc(100), Buffer.alloc(1)];
     const next = () => { if (sent === ${datagrams + 50}) return socket.close();
       socket.send(bytes[sent++ < ${datagrams} ? 0 : 1], 7000, '${lan.host(to).address}', () => (sent % 4 === 0 ? setTimeout(next, 1) : next())); };
     next();`,
  );
  return Number((await said.next()).value) / datagrams;
}
