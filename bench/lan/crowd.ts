import type { HostSpec } from '../../test/support/lan.ts';
import { watchIdle } from './cpu.ts';

/** What a crowd took. */
export interface Round {
  /** Of each downloader, from the start of its program to the saved file; it serves on until the last is done. */
  seconds: number[];
  /** The share of the processors' time, meanwhile, in which they had nothing to do, 0 to 1. */
  idle: number;
}

/** A way to hand one file to a crowd, run on a LAN of its own. */
export interface Rival {
  name: string;
  /** Why it cannot run here; nothing where it can. */
  trouble(): Promise<string | undefined>;
  /** Bytes of the file for so many downloaders. */
  bytes(downloaders: number): number;
  /**
   * One seeder, all downloaders started at the same moment, every byte compared in the end.
   *
   * @throws where one of them is not done after `limitSeconds`, or has other bytes
   */
  round(downloaders: number, bytes: number, limitSeconds: number): Promise<Round>;
}

/** Every cable of the crowd, Mbit/s. */
export const crowdMbit = 100;

/** The seeder and its crowd, each at the end of such a cable. */
export const crowdHosts = (downloaders: number): HostSpec[] =>
  ['seeder', ...crowdNames(downloaders)].map((name) => ({ name, mbit: crowdMbit }));

export const crowdNames = (downloaders: number): string[] =>
  Array.from({ length: downloaders }, (_, index) => `downloader-${index}`);

/** Starts all at the same moment, and waits until the last is done. */
export async function race<T>(runners: readonly T[], run: (runner: T) => Promise<unknown>): Promise<Round> {
  const quiet = watchIdle();
  const from = performance.now();
  const timed = runners.map(async (runner) => {
    await run(runner);
    return (performance.now() - from) / 1000;
  });
  const seconds = await Promise.all(timed);
  return { seconds, idle: quiet() };
}
