import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { systemClock } from '../src/base/clock.ts';
import { silentLog } from '../src/base/log.ts';
import { nodeTransport } from '../src/net/transport/node.ts';
import type { Transport } from '../src/net/transport/transport.ts';
import { encodeOplogCall, OplogReplies } from '../src/net/wire/oncRpc/oplog.ts';
import { openLogDisk } from '../src/oplog/logDisk.ts';
import { startOplog } from '../src/oplog/serve.ts';
import { unmeasured } from './lan/rounds.ts';
import { available, type Running, run, start } from './processes.ts';
import { type BenchRow, printRows } from './rows.ts';

/** Calls that are under way at once where they are pipelined: what the tracker may have queued after a pause. */
const window = 1000;
const call = { user: 'Bob', operation: 'PUBLISH', parameter: 'a film of ours.mkv', date: '01/05/2026 14:03:00' };

/** Calls a second over one connection, with `most` of them under way at once. */
async function callsPerSecond(transport: Transport, port: number, calls: number, most: number): Promise<number> {
  const signal = AbortSignal.timeout(60_000);
  const stream = await transport.dialPlain({ host: '127.0.0.1', port }, { signal });
  const replies = new OplogReplies();
  let [sent, answered] = [0, 0];
  const send = (): void => {
    const burst: Uint8Array[] = [];
    for (; sent < Math.min(calls, answered + most); sent++) burst.push(encodeOplogCall(sent, call));
    if (burst.length > 0) stream.write(Buffer.concat(burst));
  };
  const begin = performance.now();
  await new Promise<void>((resolve, reject) => {
    stream.open({
      data(bytes) {
        for (const reply of replies.push(bytes)) {
          if (!('result' in reply) || reply.result !== 0) throw new Error(`a call failed: ${JSON.stringify(reply)}`);
          answered += 1;
        }
        if (answered === calls) resolve();
        else send();
      },
      closed: () => reject(new Error('the log server closed the connection')),
    });
    send();
  });
  const seconds = (performance.now() - begin) / 1000;
  stream.destroy();
  return calls / seconds;
}

/** A server of ours in a process of its own, on that file, which syncs or does not. */
function serving(file: string, how: 'synced' | 'unsynced'): Running {
  return start(process.execPath, [fileURLToPath(import.meta.url), 'serve', file, how]);
}

/** What that process does until it is ended. */
async function serve(file: string, how: string): Promise<void> {
  const disk = await openLogDisk(file);
  const server = await startOplog({
    host: '127.0.0.1',
    port: 0,
    transport: nodeTransport(),
    clock: systemClock,
    disk: how === 'synced' ? disk : { ...disk, sync: async () => undefined },
    show: () => undefined,
    log: silentLog,
  });
  console.log(JSON.stringify({ event: 'ready', tcp: server.at.port }));
}

/**
 * The operations log over loopback, its file on the disk that this folder is on. The rival is the C server that rpcgen makes
 * of the same `oplog.x`, which appends without a sync, and remembers no calls.
 */
export async function oplogBench(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(process.cwd(), 'bench', 'oplog-'));
  try {
    return await figures(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function figures(folder: string): Promise<BenchRow[]> {
  const transport = nodeTransport();
  await using plain = serving(join(folder, 'plain.log'), 'unsynced');
  await using synced = serving(join(folder, 'synced.log'), 'synced');
  const [plainPort, syncedPort] = [await portOf(plain), await portOf(synced)];
  for (const port of [plainPort, syncedPort]) await callsPerSecond(transport, port, 20_000, window);
  const many = await callsPerSecond(transport, plainPort, 100_000, window);
  const single = await callsPerSecond(transport, plainPort, 10_000, 1);
  const grouped = await callsPerSecond(transport, syncedPort, 50_000, window);
  const alone = await callsPerSecond(transport, syncedPort, 2000, 1);
  const rows: BenchRow[] = [
    { figure: 'without a sync, 1,000 under way', value: many, unit: 'calls/s', aim: '>= 10,000' },
    { figure: 'without a sync, one at a time', value: single, unit: 'calls/s' },
    { figure: 'synced in groups, 1,000 under way', value: grouped, unit: 'calls/s', ratio: grouped / alone },
    { figure: 'synced, one at a time', value: alone, unit: 'calls/s', note: "the disk's syncs" },
  ];
  return [...rows, ...(await rival(folder, transport, { many, single }))];
}

const portOf = async (server: Running): Promise<number> => Number((await server.event('ready'))['tcp']);

async function rival(
  folder: string,
  transport: Transport,
  ours: { many: number; single: number },
): Promise<BenchRow[]> {
  const figure = 'C server made by rpcgen, without a sync';
  if (!(await available('rpcgen')) || !(await available('gcc'))) {
    return [unmeasured(figure, 'calls/s', 'rpcgen is missing: apt-get install rpcsvc-proto libtirpc-dev gcc')];
  }
  copyFileSync('src/oplog/oplog.x', join(folder, 'oplog.x'));
  copyFileSync('test/oplog/foreign/server.c', join(folder, 'server.c'));
  const make = [
    `cd '${folder}'`,
    'rpcgen -C -h -o oplog.h oplog.x && rpcgen -C -c -o oplog_xdr.c oplog.x && rpcgen -C -m -o oplog_svc.c oplog.x',
    'gcc -O2 -w -o server server.c oplog_svc.c oplog_xdr.c $(pkg-config --cflags --libs libtirpc)',
  ];
  await run('sh', ['-ec', make.join('\n')]);
  await using server = start(join(folder, 'server'), [join(folder, 'rival.log')]);
  const port = await portOf(server);
  const many = await callsPerSecond(transport, port, 50_000, window);
  const single = await callsPerSecond(transport, port, 10_000, 1);
  return [
    { figure: `${figure}, 1,000 under way`, value: many, unit: 'calls/s', ratio: ours.many / many },
    { figure: `${figure}, one at a time`, value: single, unit: 'calls/s', ratio: ours.single / single },
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , what, file = '', how = ''] = process.argv;
  if (what === 'serve') await serve(file, how);
  else printRows(await oplogBench());
}
