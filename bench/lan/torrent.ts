import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openLan } from '../../test/support/lan.ts';
import { type Running, run, succeeds } from '../processes.ts';
import { crowdHosts, crowdNames, type Rival, race } from './crowd.ts';
import { makeFile, mustHave, scratch } from './files.ts';
import { startOn } from './hosts.ts';
import { crowdFileBytes } from './ours.ts';

const script = join(process.cwd(), 'bench/lan/torrent.py');
const file = 'big.bin';

/** libtorrent with its own settings, or over TCP alone, and a tracker that tells everybody of everybody. */
export const torrent = (name: string, kind: 'shipped' | 'tcp'): Rival => ({
  name,
  trouble: async () =>
    (await python()) === undefined ? 'libtorrent is missing: apt-get install python3-libtorrent' : undefined,
  bytes: () => crowdFileBytes,
  async round(downloaders, bytes, limitSeconds) {
    const interpreter = (await python()) ?? 'python3';
    using folder = scratch();
    using lan = openLan([{ name: 'tracker', mbit: 1000 }, ...crowdHosts(downloaders)]);
    const crowd = crowdNames(downloaders);
    for (const name of ['seeder', ...crowd]) mkdirSync(join(folder.path, name));
    const original = join(folder.path, 'seeder', file);
    const digest = makeFile(original, bytes);
    const metadata = join(folder.path, 'torrent');
    const tracker = lan.host('tracker');
    await run(interpreter, [script, 'make', original, metadata, tracker.address]);
    const running: Running[] = [];
    const startPeer = (name: string, ...how: string[]): Running => {
      const peer = startOn(lan.host(name), interpreter, [
        script,
        'join',
        metadata,
        join(folder.path, name),
        kind,
        ...how,
      ]);
      running.push(peer);
      return peer;
    };
    try {
      const telling = startOn(tracker, interpreter, [script, 'tracker']);
      running.push(telling);
      await telling.event('ready');
      await startPeer('seeder', 'seed').event('ready');
      const round = await race(crowd, (name) => startPeer(name).event('saved', limitSeconds * 1000));
      for (const name of crowd) await mustHave(join(folder.path, name, file), digest);
      return round;
    } finally {
      await Promise.all(running.map((peer) => peer[Symbol.asyncDispose]()));
    }
  },
});

/** An interpreter that has libtorrent: the system's own may, where another comes first. */
async function python(): Promise<string | undefined> {
  for (const interpreter of ['python3', '/usr/bin/python3']) {
    if (await succeeds(interpreter, ['-c', 'import libtorrent'])) return interpreter;
  }
  return undefined;
}
