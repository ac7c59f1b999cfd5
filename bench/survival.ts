import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pieceBytes } from '../src/base/merkle.ts';
import { MiB } from '../src/base/sizes.ts';
import { type Host, lanTrouble } from '../test/support/lan.ts';
import { makeFile, mustHave } from './lan/files.ts';
import { unmeasured, worst } from './lan/rounds.ts';
import { openScene, type Scene } from './lan/scene.ts';
import { median, type Running } from './processes.ts';
import type { BenchRow } from './rows.ts';

const owners = ['one', 'two', 'three'].map((name) => ({ name, mbit: 200 }));
const downloader = { name: 'downloader', mbit: 400 };
const fileBytes = 64 * MiB;
const file = 'big.bin';
const undisturbed = 3;
const downloaderKills = 50;
const killsEach = 5;
const saveLimitMs = 60_000;

/** What came of downloads in which something was killed. */
interface Toll {
  whole: number;
  /** Bytes that came over the cable beyond those of an undisturbed download. */
  twice: number[];
  /** Seconds beyond those of an undisturbed download. */
  late: number[];
  failures: string[];
}

/** A download, and who is killed in it with -9 when. Returns the seconds that somebody waited for it to go on and end. */
type Trial = (stage: Stage, afterMs: number) => Promise<number>;

interface Stage {
  scene: Scene;
  host: Host;
  sharing: Map<string, Running>;
  path: string;
  digest: string;
  target: string;
}

/** Downloads from three owners: the downloader is killed and started again, or one of the owners dies, at random moments. */
export async function survivalBench(): Promise<BenchRow[]> {
  const trouble = lanTrouble();
  if (trouble !== undefined) return [unmeasured('killed and resumed', '', trouble)];
  await using scene = await openScene([downloader, ...owners]);
  scene.lan.unbundle();
  const path = join(scene.folder, file);
  const downloads = join(scene.folder, 'downloads');
  mkdirSync(downloads);
  const digest = makeFile(path, fileBytes);
  const host = scene.lan.host(downloader.name);
  const stage: Stage = { scene, host, sharing: new Map(), path, digest, target: join(downloads, file) };
  for (const { name } of owners) await share(stage, name);
  const bytes: number[] = [];
  const seconds: number[] = [];
  for (let round = 0; round < undisturbed; round++) {
    const before = host.received();
    seconds.push(await save(stage));
    bytes.push(host.received() - before);
    await mustHave(stage.target, digest);
    rmSync(stage.target);
  }
  const usual = { bytes: median(bytes), seconds: median(seconds) };
  const resumed = await toll(stage, usual, Array<Trial>(downloaderKills).fill(killDownloader));
  const deaths = owners.flatMap(({ name }) => Array<Trial>(killsEach).fill(killOwner(name)));
  const outlived = await toll(stage, usual, deaths);
  await Promise.all([...stage.sharing.values()].map((owner) => owner[Symbol.asyncDispose]()));
  return [...rows('downloader killed and started again', resumed), ...rows('one of three owners killed', outlived)];
}

function rows(what: string, { whole, twice, late, failures }: Toll): BenchRow[] {
  const trials = whole + failures.length;
  const inFlight = (owners.length * pieceBytes(fileBytes)) / MiB;
  return [
    { figure: `${what}, identical of ${trials}`, value: whole, unit: '', aim: `${trials}`, note: failures[0] ?? '' },
    { figure: 'fetched twice, median', value: median(twice) / MiB, unit: 'MiB' },
    { figure: 'fetched twice, worst', value: worst(twice) / MiB, unit: 'MiB', aim: `<= ${inFlight}` },
    { figure: 'later than undisturbed, median', value: median(late), unit: 's' },
    { figure: 'later than undisturbed, worst', value: worst(late), unit: 's' },
  ];
}

async function toll(stage: Stage, usual: { bytes: number; seconds: number }, trials: readonly Trial[]): Promise<Toll> {
  const result: Toll = { whole: 0, twice: [], late: [], failures: [] };
  for (const trial of trials) {
    const before = stage.host.received();
    try {
      const taken = await trial(stage, Math.random() * usual.seconds * 1000);
      await mustHave(stage.target, stage.digest);
      result.whole += 1;
      result.twice.push(stage.host.received() - before - usual.bytes);
      result.late.push(taken - usual.seconds);
    } catch (error) {
      result.failures.push(error instanceof Error ? error.message : String(error));
    } finally {
      rmSync(stage.target, { force: true });
    }
  }
  return result;
}

const killDownloader: Trial = async (stage, afterMs) => {
  const running = start(stage);
  const from = performance.now();
  await pause(afterMs);
  running.process.kill('SIGKILL');
  await running.ended;
  const first = (performance.now() - from) / 1000;
  return existsSync(stage.target) ? first : first + (await save(stage));
};

const killOwner =
  (name: string): Trial =>
  async (stage, afterMs) => {
    const owner = stage.sharing.get(name);
    const killing = pause(afterMs).then(async () => {
      owner?.process.kill('SIGKILL');
      await owner?.ended;
    });
    try {
      return await save(stage);
    } finally {
      await killing;
      await share(stage, name);
    }
  };

async function share({ scene, sharing, path }: Stage, name: string): Promise<void> {
  sharing.set(name, await scene.share(scene.lan.host(name), path));
}

const start = ({ scene, host, target }: Stage): Running => scene.get(host, file, target);

/** Seconds from the start of the program until it has saved. */
async function save(stage: Stage): Promise<number> {
  const from = performance.now();
  await using running = start(stage);
  await running.event('saved', saveLimitMs);
  return (performance.now() - from) / 1000;
}
