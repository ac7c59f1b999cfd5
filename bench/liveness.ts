import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { findAll, usersAll } from '../src/client/session/roll.ts';
import type { Session } from '../src/client/session/session.ts';
import { openParty, type Party } from './party.ts';
import { benchProcess, program, type Running, said, start } from './processes.ts';
import { type BenchRow, printRows } from './rows.ts';
import { spread } from './timing.ts';

/** Programs that are killed, beside so many live peers that they are never the mass that falls silent with a network. */
const kills = 50;
const startedAtOnce = 5;
const bystanders = 200;
const killEveryMs = 150;
const killLimitMs = 20_000;
const goodbyes = 40;
const stopMs = 10_000;
/** After it nobody is evicted for 12 s; whoever was wrongly taken for dead is off the list by then. */
const afterStopMs = 13_000;
const crowd = 1000;
const resourcesEach = 10;
const crowdProcesses = 2;
const returnLimitMs = 60_000;

/** How true the roll is: real programs are killed, a tracker is stopped, another is killed and comes back. */
export async function livenessBench(): Promise<BenchRow[]> {
  return [...(await inFolder(dying)), ...(await inFolder(returning))];
}

async function inFolder(measure: (scene: Scene) => Promise<BenchRow[]>): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  const processes: ChildProcess[] = [];
  try {
    return await measure({ folder, processes });
  } finally {
    for (const process of processes) process.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Scene {
  folder: string;
  /** To be killed in the end. */
  processes: ChildProcess[];
}

async function startTracker({ folder, processes }: Scene, port = 0): Promise<{ tracker: ChildProcess; port: number }> {
  const data = ['--data', join(folder, 'tracker'), '--log', logOf(folder)];
  const args = [program, 'server', '--host', '127.0.0.1', '--port', `${port}`, ...data, '--json'];
  const tracker = start('node', args);
  processes.push(tracker.process);
  const ready = await tracker.event('ready');
  return { tracker: tracker.process, port: Number(ready['port']) };
}

const logOf = (folder: string): string => join(folder, 'log');

/** Sessions that the tracker says have ended. */
function ended(folder: string): number {
  const files = readdirSync(folder).filter((name) => name.startsWith('log'));
  const lines = files.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
  return lines.filter((line) => line.includes('"msg":"left"')).length;
}

async function joinPeers(scene: Scene, port: number, peers: number, resources: number): Promise<void> {
  const process = benchProcess('./livenessPeers.js', [`${port}`, `${peers}`, `${resources}`]);
  scene.processes.push(process);
  await said(process);
}

/** Who is on the list of users, or on that of what is shared. */
async function names(session: Session): Promise<Set<string>> {
  const listed = new Set<string>();
  for await (const { user } of usersAll(session)) listed.add(user);
  for await (const { owner } of findAll(session, {})) listed.add(owner);
  return listed;
}

async function dying(scene: Scene): Promise<BenchRow[]> {
  const { tracker, port } = await startTracker(scene);
  await joinPeers(scene, port, bystanders, 1);
  await using party = await openParty(port);
  await using session = await party.visit();
  const killed = await killing(session, await sharing(scene, port));
  const left = await leaving(session, party);
  const before = ended(scene.folder);
  tracker.kill('SIGSTOP');
  await pause(stopMs);
  tracker.kill('SIGCONT');
  await pause(afterStopMs);
  return [
    ...spread(`killed with -9, off every list, of ${killed.length}`, killed, '<= 3,500'),
    ...spread(`goodbye, off every list, of ${left.length}`, left, '<= 100'),
    {
      figure: `live peers of ${bystanders} evicted, tracker stopped for ${stopMs / 1000} s`,
      value: ended(scene.folder) - before,
      unit: '',
      aim: '0',
    },
  ];
}

/** Programs that share a file, by their users' names. */
async function sharing({ folder, processes }: Scene, port: number): Promise<Map<string, Running>> {
  const note = join(folder, 'note.txt');
  writeFileSync(note, 'a note');
  const sharing = new Map<string, Running>();
  let next = 0;
  const starter = async (): Promise<void> => {
    while (next < kills) {
      const user = `mortal-${next++}`;
      const home = ['--home', join(folder, user), '--peer-port', '0', '--json'];
      const args = [program, 'share', note, '--server', `127.0.0.1:${port}`, '--user', user, ...home];
      const peer = start('node', args);
      processes.push(peer.process);
      await peer.event('announced');
      sharing.set(user, peer);
    }
  };
  await Promise.all(Array.from({ length: startedAtOnce }, starter));
  return sharing;
}

/** Milliseconds from each kill to the first list without that peer, sorted. */
async function killing(session: Session, peers: Map<string, Running>): Promise<number[]> {
  const waiting = [...peers];
  const killedAt = new Map<string, number>();
  const taken: number[] = [];
  const limit = performance.now() + killLimitMs;
  for (let nextAt = 0; taken.length < peers.size; await pause(10)) {
    const now = performance.now();
    if (now > limit) throw new Error(`still listed: ${[...killedAt.keys()].join(', ')}`);
    if (now >= nextAt) {
      const [user, peer] = waiting.shift() ?? [];
      if (user !== undefined) killedAt.set(user, now);
      peer?.process.kill('SIGKILL');
      nextAt = now + killEveryMs;
    }
    const listed = await names(session);
    for (const [user, at] of killedAt) {
      if (listed.has(user)) continue;
      killedAt.delete(user);
      taken.push(performance.now() - at);
    }
  }
  return taken.sort((a, b) => a - b);
}

/** Milliseconds from the beginning of each goodbye to the first list without that peer, sorted. */
async function leaving(session: Session, party: Party): Promise<number[]> {
  const taken: number[] = [];
  for (let index = 0; index < goodbyes; index++) {
    const user = `guest-${index % 10}`;
    const peer = await party.join(user, 1);
    if (!(await names(session)).has(user)) throw new Error(`${user} is not listed`);
    const from = performance.now();
    const leaving = peer[Symbol.asyncDispose]();
    while ((await names(session)).has(user)) {
      if (performance.now() - from > killLimitMs) throw new Error(`${user} said goodbye and is listed`);
    }
    taken.push(performance.now() - from);
    await leaving;
  }
  return taken.sort((a, b) => a - b);
}

async function returning(scene: Scene): Promise<BenchRow[]> {
  const { tracker, port } = await startTracker(scene);
  const joinHere = (): Promise<void> => joinPeers(scene, port, crowd / crowdProcesses, resourcesEach);
  await Promise.all(Array.from({ length: crowdProcesses }, joinHere));
  await using party = await openParty(port);
  await using session = await party.visit();
  await untilComplete(session);
  const killed = new Promise((resolve) => tracker.once('exit', resolve));
  tracker.kill('SIGKILL');
  await killed;
  const from = performance.now();
  await startTracker(scene, port);
  await untilComplete(session);
  return [
    {
      figure: `${crowd} peers with ${resourcesEach} resources, all back after the tracker's death`,
      value: (performance.now() - from) / 1000,
      unit: 's',
      aim: '<= 15',
      note: 'with the peers on the same cores',
    },
  ];
}

/** Until the lists have the whole crowd, and all that it shares. */
async function untilComplete(session: Session): Promise<void> {
  const limit = performance.now() + returnLimitMs;
  for (;;) {
    const users = await count(usersAll(session));
    if (users === crowd && (await count(findAll(session, {}))) === crowd * resourcesEach) return;
    if (performance.now() > limit) throw new Error(`only ${users} of ${crowd} are on the list`);
    await pause(100);
  }
}

async function count(rows: AsyncIterable<unknown>): Promise<number> {
  let rowsSoFar = 0;
  for await (const _ of rows) rowsSoFar += 1;
  return rowsSoFar;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) printRows(await livenessBench());
