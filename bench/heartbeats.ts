import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeHeartbeat, heartbeatBytes } from '../src/net/wire/heartbeat.ts';
import { heartbeatMac } from '../src/server/liveness/mac.ts';
import { benchKey, benchSession } from './heartbeatSessions.ts';
import { announceBytes, startOpentracker } from './opentracker.ts';
import { available, median, run } from './processes.ts';
import type { BenchRow } from './rows.ts';

const sessions = 5000;
/** Datagrams of one round, a few seconds of them: what waits in a socket at its end is less than 1% of them. */
const datagrams = 1_500_000;
/** Of them first, uncounted: our code is compiled, and opentracker knows its peers. */
const warming = 250_000;
const rounds = 3;
/** The processor for the tracker, and the one for the generator. */
const trackerCore = '0';
const generatorCore = '1';

/** What a tracker took in a round. */
interface Round {
  /** Datagrams in a second of processor time: what one core takes that does nothing else, as here it may have to. */
  perCoreSecond: number;
  perSecond: number;
  offeredPerSecond: number;
}

/**
 * Datagrams that a second of one core takes: our authenticated heartbeats, and opentracker's UDP announces, flooded by the
 * same generator in turn. Ours count where they were accepted, opentracker's where they were answered: by its protocol
 * each is, while a heartbeat is answered only where it asks.
 */
export async function heartbeatBench(): Promise<BenchRow[]> {
  const figure = 'heartbeats, authenticated';
  if (!(await available('cc'))) {
    return [{ figure, value: Number.NaN, unit: '/s a core', note: 'no C compiler (cc) to build the generator with' }];
  }
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  try {
    const blaster = join(folder, 'blaster');
    await run('cc', ['-O2', '-o', blaster, join(process.cwd(), 'bench/heartbeatBlaster.c')]);
    const pinning = await available('taskset');
    const on = (core: string): string[] => (pinning ? ['taskset', '-c', core] : []);
    const flood = flooder([...on(generatorCore), blaster]);

    const ours: Round[] = [];
    const rivals = [
      { figure: 'opentracker announces, as shipped', workers: 0, rounds: [] as Round[] },
      { figure: 'opentracker announces, a UDP worker', workers: 1, rounds: [] as Round[] },
    ];
    const rivalThere = await available('opentracker');
    for (let round = 0; round < rounds; round++) {
      ours.push(await ourRound(folder, on(trackerCore), flood));
      for (const rival of rivalThere ? rivals : []) {
        rival.rounds.push(await rivalRound(folder, on(trackerCore), rival.workers, flood));
      }
    }
    const value = middle(ours, 'perCoreSecond');
    const rows: BenchRow[] = [{ figure, value, unit: '/s a core', note: explain(ours) }];
    if (!rivalThere)
      rows.push({ figure: 'opentracker', value: Number.NaN, unit: '/s a core', note: 'opentracker is not installed' });
    for (const rival of rivalThere ? rivals : []) {
      const theirs = middle(rival.rounds, 'perCoreSecond');
      rows.push({
        figure: rival.figure,
        value: theirs,
        unit: '/s a core',
        aim: '>= 1.0',
        ratio: value / theirs,
        note: explain(rival.rounds),
      });
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Flood = (
  port: number,
  file: string,
  recordBytes: number,
  count: number,
) => Promise<{ seconds: number; answers: number }>;

const flooder =
  ([command = '', ...args]: string[]): Flood =>
  async (port, file, recordBytes, count) => {
    const { output } = await run(command, [...args, '127.0.0.1', `${port}`, file, `${recordBytes}`, `${count}`]);
    const [, seconds = Number.NaN, answers = Number.NaN] = output.trim().split(' ').map(Number);
    return { seconds, answers };
  };

async function ourRound(folder: string, pinned: string[], flood: Flood): Promise<Round> {
  const first = join(folder, 'warming');
  const file = join(folder, 'beats');
  const warmingTurns = warming / sessions;
  writeBeats(first, 1, warmingTurns);
  writeBeats(file, 1 + warmingTurns, datagrams / sessions);
  const listener = fileURLToPath(new URL('./heartbeatListener.js', import.meta.url));
  const [command = 'node', ...args] = [...pinned, process.execPath, listener, `${sessions}`];
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  try {
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    const accepted = async (): Promise<number> => {
      child.send('how many?');
      const [answer] = (await once(child, 'message')) as [{ accepted: number }];
      return answer.accepted;
    };
    await flood(port, first, heartbeatBytes, warming);
    const known = await accepted();
    const before = cpuSeconds(child.pid);
    const { seconds } = await flood(port, file, heartbeatBytes, datagrams);
    return outcome((await accepted()) - known, seconds, cpuSeconds(child.pid) - before);
  } finally {
    child.kill('SIGKILL');
    rmSync(file);
  }
}

async function rivalRound(folder: string, pinned: string[], workers: number, flood: Flood): Promise<Round> {
  const own = mkdtempSync(join(folder, 'opentracker-'));
  await using rival = await startOpentracker(own, pinned, workers);
  const file = join(folder, 'announces');
  writeFileSync(file, await rival.announces(sessions));
  await flood(rival.port, file, announceBytes, warming);
  const before = cpuSeconds(rival.pid);
  const { seconds, answers } = await flood(rival.port, file, announceBytes, datagrams);
  return outcome(answers, seconds, cpuSeconds(rival.pid) - before);
}

/** Beats of all sessions in turn, so many turns from a sequence on. */
function writeBeats(path: string, from: number, turns: number): void {
  const macs = Array.from({ length: sessions }, (_, index) => heartbeatMac(benchKey(index)));
  const turn = Buffer.alloc(sessions * heartbeatBytes);
  const file = openSync(path, 'w');
  for (let sequence = from; sequence < from + turns; sequence++) {
    macs.forEach((mac, index) => {
      turn.set(
        encodeHeartbeat({ kind: 'beat', session: benchSession(index), sequence, flags: 0 }, mac),
        index * heartbeatBytes,
      );
    });
    writeSync(file, turn);
  }
  closeSync(file);
}

const outcome = (taken: number, seconds: number, cpu: number): Round => ({
  perCoreSecond: taken / cpu,
  perSecond: taken / seconds,
  offeredPerSecond: datagrams / seconds,
});

const middle = (all: readonly Round[], of: keyof Round): number => median(all.map((round) => round[of]));

function explain(all: readonly Round[]): string {
  const thousands = (of: keyof Round): string => `${Math.round(middle(all, of) / 1000)} k/s`;
  const limited = all.some(({ perSecond, offeredPerSecond }) => perSecond > 0.97 * offeredPerSecond);
  return `took ${thousands('perSecond')} of ${thousands('offeredPerSecond')} offered${limited ? '; the generator was the limit' : ''}`;
}

/** User and system time of a process so far; not a number where the system has no /proc. */
function cpuSeconds(pid: number | undefined): number {
  const ticksPerSecond = 100;
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    // The process is gone, or the system has no /proc.
    return Number.NaN;
  }
}
