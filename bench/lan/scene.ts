import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Host, type HostSpec, type Lan, openLan } from '../../test/support/lan.ts';
import { program, type Running } from '../processes.ts';
import { type Round, race } from './crowd.ts';
import { mustHave, scratch } from './files.ts';
import { runOn, startOn } from './hosts.ts';

/** A LAN with a tracker on a machine of its own, and a folder in memory for all that the machines keep. */
export interface Scene extends AsyncDisposable {
  readonly lan: Lan;
  readonly folder: string;
  /** A machine shares a path under its own name, from the moment that this resolves. */
  share(host: Host, path: string): Promise<Running>;
  /** Runs a command on a machine to its end. @throws where it fails */
  run(host: Host, ...command: string[]): Promise<string>;
  /** A machine starts to download, and saves it as `target`. */
  get(host: Host, name: string, target: string): Running;
  /**
   * Machines start to download at the same moment; each goes on until the last has saved. Every byte is compared.
   *
   * @throws where one of them is not done after `limitSeconds`, or has other bytes
   */
  getAtOnce(hosts: readonly Host[], name: string, digest: string, limitSeconds: number): Promise<Round>;
}

const trackerName = 'tracker';
/** The tracker's cable, Mbit/s: it carries no content. */
const trackerMbit = 1000;

/** @throws Error with what this machine lacks for a LAN */
export async function openScene(hosts: readonly HostSpec[]): Promise<Scene> {
  const lan = openLan([{ name: trackerName, mbit: trackerMbit }, ...hosts]);
  const folder = scratch();
  const close = (): void => {
    lan[Symbol.dispose]();
    folder[Symbol.dispose]();
  };
  const trackerHost = lan.host(trackerName);
  const tracker = startOn(trackerHost, 'node', [program, 'server', '--data', join(folder.path, 'tracker'), '--json']);
  await tracker.event('ready').catch((error: unknown) => {
    close();
    throw error;
  });
  const homeOf = (host: Host): string => join(folder.path, `home-${host.name}`);
  const whose = (host: Host): string[] => ['--server', trackerHost.address, '--home', homeOf(host)];
  const start = (host: Host, command: string[]): Running =>
    startOn(host, 'node', [program, ...command, ...whose(host), '--json']);
  const get = (host: Host, name: string, target: string): Running => start(host, ['get', name, '-o', target]);
  return {
    lan,
    folder: folder.path,
    async share(host, path) {
      const peer = start(host, ['share', path, '--user', host.name]);
      await peer.event('announced');
      return peer;
    },
    async run(host, ...command) {
      return (await runOn(host, 'node', [program, ...command, ...whose(host)])).output;
    },
    get,
    async getAtOnce(machines, name, digest, limitSeconds) {
      const saved = (host: Host): string => join(folder.path, `saved-${host.name}`);
      const running: Running[] = [];
      // Who waits for a download has his key, and knows the tracker, from earlier.
      for (const host of machines) await runOn(host, 'node', [program, 'who', ...whose(host)]);
      try {
        const round = await race(machines, async (host) => {
          const downloader = get(host, name, saved(host));
          running.push(downloader);
          await downloader.event('saved', limitSeconds * 1000);
        });
        for (const host of machines) await mustHave(saved(host), digest);
        return round;
      } finally {
        await Promise.all(running.map((downloader) => downloader[Symbol.asyncDispose]()));
        for (const host of machines) rmSync(saved(host), { force: true });
      }
    },
    async [Symbol.asyncDispose]() {
      await tracker[Symbol.asyncDispose]();
      close();
    },
  };
}
