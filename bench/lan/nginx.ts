import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MiB } from '../../src/base/sizes.ts';
import { openLan } from '../../test/support/lan.ts';
import { available } from '../processes.ts';
import { crowdHosts, crowdNames, type Rival, race } from './crowd.ts';
import { makeFile, mustHave, scratch } from './files.ts';
import { runOn, startOn } from './hosts.ts';
import { untilListening } from './iperf.ts';

/** Its time grows with the crowd, so that an eighth of the file says as much. */
const fileBytes = 32 * MiB;
const port = 8080;
const programs = ['nginx', 'curl'];

/** One nginx, a curl on each downloader; plain HTTP, so that nothing but the cable is between them. */
export const http: Rival = {
  name: 'HTTP',
  async trouble() {
    const there = await Promise.all(programs.map(available));
    return there.includes(false) ? 'nginx or curl is missing: apt-get install nginx-light curl' : undefined;
  },
  bytes: () => fileBytes,
  async round(downloaders, bytes, limitSeconds) {
    using folder = scratch();
    using lan = openLan(crowdHosts(downloaders));
    const digest = makeFile(join(folder.path, 'big.bin'), bytes);
    const settings = configure(folder.path);
    const seeder = lan.host('seeder');
    await using _server = startOn(seeder, 'nginx', ['-p', folder.path, '-c', settings]);
    await untilListening(seeder, `${port}`);
    const crowd = crowdNames(downloaders);
    const url = `http://${seeder.address}:${port}/big.bin`;
    const round = await race(crowd, (name) =>
      runOn(lan.host(name), 'curl', ['-sf', '-o', join(folder.path, name), url], Math.ceil(limitSeconds * 1000)),
    );
    for (const name of crowd) await mustHave(join(folder.path, name), digest);
    return round;
  },
};

function configure(folder: string): string {
  const state = join(folder, 'nginx');
  mkdirSync(state);
  const bodies = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${state}/${kind};`,
  );
  const settings = join(state, 'nginx.conf');
  writeFileSync(
    settings,
    `daemon off; master_process off; pid ${state}/pid; error_log ${state}/error.log;
events { worker_connections 64; }
http { access_log off; sendfile on; ${bodies.join(' ')} server { listen ${port}; root ${folder}; } }
`,
  );
  return settings;
}
