import { join } from 'node:path';
import type { HostSpec } from '../../test/support/lan.ts';
import { lanTrouble } from '../../test/support/lan.ts';
import { available, median } from '../processes.ts';
import type { BenchRow } from '../rows.ts';
import { makeFile } from './files.ts';
import { iperf } from './iperf.ts';
import { percent, unmeasured, worst } from './rounds.ts';
import { openScene } from './scene.ts';

/** Which owners fetch at which rate, and what is to come of it. */
export interface GoodputPlan {
  figure: string;
  owners: readonly HostSpec[];
  downloader: HostSpec;
  bytes: number;
  rounds: number;
  iperfSeconds: number;
  /** The part of iperf3's rate that is aimed at. */
  aim: string;
}

const file = 'big.bin';
/** A download may take so many times what the links would need. */
const patience = 10;

/**
 * What one downloader gets from all owners at once, against what iperf3 gets from the same machines over the same links, turn
 * by turn. The time is a person's: from the start of the program to the saved, verified file.
 */
export async function goodputBench(plan: GoodputPlan): Promise<BenchRow[]> {
  const { figure, owners, downloader, bytes } = plan;
  const trouble =
    lanTrouble() ?? ((await available('iperf3')) ? undefined : 'iperf3 is missing: apt-get install iperf3');
  if (trouble !== undefined) return [unmeasured(figure, 'Mbit/s', trouble)];
  await using scene = await openScene([downloader, ...owners]);
  const into = scene.lan.host(downloader.name);
  const from = owners.map(({ name }) => scene.lan.host(name));
  const path = join(scene.folder, file);
  const digest = makeFile(path, bytes);
  const links = Math.min(
    downloader.mbit ?? Number.POSITIVE_INFINITY,
    owners.reduce((sum, { mbit }) => sum + (mbit ?? Number.POSITIVE_INFINITY), 0),
  );
  const limitSeconds = (patience * bytes * 8) / 1e6 / links;
  const sharing = await Promise.all(from.map((host) => scene.share(host, path)));
  const ours: number[] = [];
  const theirs: number[] = [];
  const idle: number[] = [];
  try {
    for (let round = 0; round < plan.rounds; round++) {
      const { seconds, idle: quiet } = await scene.getAtOnce([into], file, digest, limitSeconds);
      idle.push(quiet);
      ours.push((bytes * 8) / 1e6 / worst(seconds));
      theirs.push(await iperf(into, from, plan.iperfSeconds));
    }
  } finally {
    await Promise.all(sharing.map((owner) => owner[Symbol.asyncDispose]()));
  }
  const rival = median(theirs);
  return [
    {
      figure,
      value: median(ours),
      unit: 'Mbit/s',
      ratio: median(ours) / rival,
      aim: plan.aim,
      note: `${percent(median(ours) / links)} of the links; processors ${percent(Math.min(...idle))} idle`,
    },
    { figure: `${figure}, worst round`, value: Math.min(...ours), unit: 'Mbit/s', ratio: Math.min(...ours) / rival },
    { figure: 'iperf3, TCP, same way', value: rival, unit: 'Mbit/s', note: `${percent(rival / links)} of the links` },
  ];
}
