import { createHash, randomFillSync } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GiB, MiB } from '../src/base/sizes.ts';
import { available, median, program, run, start, startTracker } from './processes.ts';
import type { BenchRow } from './rows.ts';

const size = 2 * GiB;
const rounds = 3;

/**
 * One file of 2 GiB from one owner over loopback: encrypted, verified, journalled and synced; against curl from nginx
 * over TLS 1.3, with and without `openssl dgst -sha256` after it. On tmpfs, in one run, turn by turn.
 */
export async function transferBench(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rollcall-bench-'));
  try {
    const digest = makeFile(join(folder, 'big.bin'));
    await using tracker = await startTracker(folder);
    const common = ['--server', tracker.address];
    await using owner = start('node', [
      program,
      'share',
      join(folder, 'big.bin'),
      ...common,
      '--user',
      'Owner',
      '--home',
      join(folder, 'owner'),
      '--peer-port',
      '0',
      '--json',
    ]);
    await owner.event('announced');
    await using nginx = (await available('nginx')) && (await available('curl')) ? await startNginx(folder) : undefined;

    const target = join(folder, 'fetched.bin');
    const ours: number[] = [];
    const curl: number[] = [];
    const verified: number[] = [];
    let peakGet = 0;
    for (let round = 0; round < rounds; round++) {
      const get = await run('node', [
        program,
        'get',
        'big.bin',
        '-o',
        target,
        ...common,
        '--home',
        join(folder, 'fetcher'),
        '--json',
      ]);
      if (round === 0 && (await sha256(target)) !== digest) throw new Error('the fetched file is not the shared one');
      ours.push(get.seconds);
      peakGet = Math.max(peakGet, get.peakBytes ?? 0);
      rmSync(target);
      if (nginx !== undefined) {
        const fetched = await run('curl', [
          '-sk',
          '--tlsv1.3',
          '-o',
          target,
          `https://127.0.0.1:${nginx.port}/big.bin`,
        ]);
        const hashed = await run('openssl', ['dgst', '-sha256', target]);
        curl.push(fetched.seconds);
        verified.push(fetched.seconds + hashed.seconds);
        rmSync(target);
      }
    }
    const rate = (seconds: number): number => size / MiB / seconds;
    const rows: BenchRow[] = [
      { figure: 'get, 2 GiB on tmpfs over loopback', value: rate(median(ours)), unit: 'MiB/s' },
    ];
    if (nginx === undefined) {
      rows.push({
        figure: 'curl from nginx',
        value: Number.NaN,
        unit: 'MiB/s',
        note: 'nginx or curl is missing: apt-get install nginx-light curl openssl',
      });
    } else {
      rows.push(
        {
          figure: 'curl from nginx, then openssl dgst',
          value: rate(median(verified)),
          unit: 'MiB/s',
          ratio: median(verified) / median(ours),
          aim: '>= 1.0',
        },
        {
          figure: 'curl from nginx alone, unverified',
          value: rate(median(curl)),
          unit: 'MiB/s',
          ratio: median(curl) / median(ours),
          aim: '>= 0.8',
        },
      );
    }
    rows.push(
      { figure: 'peak memory of get', value: peakGet / MiB, unit: 'MiB', aim: '< 191' },
      { figure: 'peak memory of share', value: (owner.peakBytes() ?? Number.NaN) / MiB, unit: 'MiB', aim: '< 191' },
    );
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes `size` random bytes; returns their SHA-256. */
function makeFile(path: string): string {
  const file = openSync(path, 'w');
  const hash = createHash('sha256');
  const block = Buffer.alloc(16 * MiB);
  for (let done = 0; done < size; done += block.length) {
    randomFillSync(block);
    hash.update(block);
    writeSync(file, block);
  }
  closeSync(file);
  return hash.digest('hex');
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: MiB })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function startNginx(folder: string): Promise<{ port: number } & AsyncDisposable> {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const state = join(folder, 'nginx');
  mkdirSync(state);
  await run('openssl', [
    ...[
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=bench',
    ],
    ...['-keyout', join(state, 'key.pem'), '-out', join(state, 'certificate.pem')],
  ]);
  writeFileSync(
    join(state, 'nginx.conf'),
    `daemon off; master_process off; worker_processes 1; pid ${state}/pid; error_log ${state}/error.log;
events { worker_connections 64; }
http {
  access_log off; sendfile on; client_body_temp_path ${state}/b; proxy_temp_path ${state}/p; fastcgi_temp_path ${state}/f;
  uwsgi_temp_path ${state}/u; scgi_temp_path ${state}/s;
  server {
    listen 127.0.0.1:${port} ssl; root ${folder}; ssl_protocols TLSv1.3;
    ssl_certificate ${state}/certificate.pem; ssl_certificate_key ${state}/key.pem;
  }
}
`,
  );
  const server = start('nginx', ['-p', state, '-c', join(state, 'nginx.conf')]);
  for (let tries = 0; tries < 100; tries++) {
    const up = await run(
      'curl',
      ['-sk', '-o', '/dev/null', '-r', '0-0', `https://127.0.0.1:${port}/big.bin`],
      2000,
    ).catch(() => undefined);
    if (up !== undefined) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { port, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
