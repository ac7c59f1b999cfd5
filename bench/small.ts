import { randomFillSync } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { watchIdle } from './lan/cpu.ts';
import { scratch } from './lan/files.ts';
import { percent, unmeasured, worst } from './lan/rounds.ts';
import { available, median, program, type Running, run, start, startTracker } from './processes.ts';
import type { BenchRow } from './rows.ts';

const files = 10_000;
const fileBytes = 4096;
const foldersOf = 100;
const rounds = 5;

/**
 * A folder of many small files over loopback, in memory at both ends: encrypted, verified, journalled, synced and published,
 * against `rsync -a` from an rsync daemon, which does none of these. Turn by turn, from the start of the program to its end.
 */
export async function smallBench(): Promise<BenchRow[]> {
  using folder = scratch();
  const shared = join(folder.path, 'many');
  makeMany(shared);
  await using tracker = await startTracker(folder.path);
  const whose = (name: string): string[] => ['--server', tracker.address, '--home', join(folder.path, name), '--json'];
  const serving = ['share', shared, '--user', 'Owner', '--peer-port', '0', ...whose('owner')];
  await using owner = start('node', [program, ...serving]);
  await owner.event('announced');
  await using daemon = (await available('rsync')) ? await startRsync(folder.path, shared) : undefined;

  const target = join(folder.path, 'fetched');
  const quiet = watchIdle();
  const timed = async (command: string, args: string[]): Promise<number> => {
    const { seconds } = await run(command, args);
    await run('diff', ['-rq', shared, target]);
    rmSync(target, { recursive: true });
    return seconds;
  };
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await timed('node', [program, 'get', 'many', '-o', target, ...whose('downloader')]));
    if (daemon !== undefined) {
      theirs.push(await timed('rsync', ['-a', `rsync://127.0.0.1:${daemon.port}/many/`, `${target}/`]));
    }
  }
  const figure = `folder of ${files.toLocaleString('en')} files of 4 KiB, loopback`;
  const note = `worst ${worst(ours).toFixed(2)} s; processors ${percent(quiet())} idle`;
  const rows: BenchRow[] = [{ figure, value: median(ours), unit: 's', note }];
  if (daemon === undefined) return [...rows, unmeasured('rsync -a', 's', 'rsync is missing: apt-get install rsync')];
  const rival = { figure: 'rsync -a from its daemon', value: median(theirs), unit: 's' };
  return [
    ...rows,
    { ...rival, ratio: median(theirs) / median(ours), aim: '>= 1.0', note: `worst ${worst(theirs).toFixed(2)} s` },
  ];
}

function makeMany(shared: string): void {
  const each = files / foldersOf;
  for (let index = 0; index < files; index++) {
    const folder = join(shared, `folder-${Math.floor(index / each)}`);
    if (index % each === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file-${index}`), randomFillSync(Buffer.alloc(fileBytes)));
  }
}

const firstPort = 20_000;
const portRange = 20_000;
const startTries = 100;
const betweenTriesMs = 50;

async function startRsync(folder: string, shared: string): Promise<Running & { port: number }> {
  const port = firstPort + Math.floor(Math.random() * portRange);
  const settings = join(folder, 'rsyncd.conf');
  const rules = `use chroot = no\naddress = 127.0.0.1\nport = ${port}\nlog file = ${folder}/rsyncd.log\n`;
  writeFileSync(settings, `${rules}[many]\npath = ${shared}\nread only = yes\nuid = ${process.getuid?.() ?? 0}\n`);
  const daemon = Object.assign(start('rsync', ['--daemon', '--no-detach', '--config', settings]), { port });
  for (let tries = 0; tries < startTries; tries++) {
    const listed = await run('rsync', [`rsync://127.0.0.1:${port}/`]).catch(() => undefined);
    if (listed !== undefined) return daemon;
    await pause(betweenTriesMs);
  }
  await daemon[Symbol.asyncDispose]();
  throw new Error('the rsync daemon does not answer');
}
