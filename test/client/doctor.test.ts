import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { RollcallError } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import { diagnose, type Finding } from '../../src/client/app.ts';
import { nodeTransport } from '../../src/net/transport/node.ts';
import { defaultLiveness } from '../../src/server/liveness/detector.ts';
import { type RunningTracker, startTracker } from '../../src/server/server.ts';

const host = '127.0.0.1';
let folder: string;
let tracker: RunningTracker;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-doctor-'));
  tracker = await startTracker({
    host,
    port: 0,
    dataFolder: join(folder, 'tracker'),
    liveness: defaultLiveness,
    transport: nodeTransport(),
    clock: systemClock,
    random: Math.random,
    log: silentLog,
  });
});

afterAll(async () => {
  await tracker[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

interface Circumstances {
  port?: number;
  peerPort?: number;
  downloads?: string;
  signal?: AbortSignal;
}

async function findings(more: Circumstances = {}): Promise<Finding[]> {
  const found: Finding[] = [];
  const options = {
    server: { host, port: more.port ?? tracker.at.port },
    home: join(folder, 'home'),
    downloads: more.downloads ?? folder,
    peerPort: more.peerPort ?? 0,
    traffic: { uploadSlots: 4, maxOwners: 16 },
    log: silentLog,
    signal: more.signal ?? new AbortController().signal,
  };
  for await (const finding of diagnose(options)) found.push(finding);
  return found;
}

const amiss = (found: Finding[]): Finding['check'][] => found.filter(({ ok }) => !ok).map(({ check }) => check);

/** A port of every address that does as it is told with whoever connects. */
async function listening(act: Parameters<typeof createServer>[1]): Promise<number> {
  const server: Server = createServer({}, act);
  await new Promise<void>((ready) => server.listen(0, '0.0.0.0', ready));
  onTestFinished(() => void server.close());
  const at = server.address();
  return typeof at === 'object' && at !== null ? at.port : 0;
}

it('finds nothing amiss where all is well, and leaves nothing behind', async () => {
  const found = await findings();
  expect(amiss(found)).toEqual([]);
  expect(found.map(({ check }) => check)).toEqual(['tracker-tcp', 'clock', 'peer-port', 'tracker-udp', 'disk']);
  expect((await readdir(folder)).filter((name) => name.includes('doctor'))).toEqual([]);
});

it('says how much room is left as lists say sizes', async () => {
  const { detail } = (await findings()).find(({ check }) => check === 'disk') ?? {};
  expect(detail).toMatch(/ can be written; [\d.]+ [kMGTP]B are free$/);
});

it('tells of a peer port that something else holds, and looks at the rest all the same', async () => {
  const found = await findings({ peerPort: await listening((socket) => void socket.destroy()) });
  expect(amiss(found)).toEqual(['peer-port']);
  expect(found).toHaveLength(5);
});

it('takes a downloads folder that is still to be made for good', async () => {
  const downloads = join(folder, 'still', 'to', 'be', 'made');
  expect(amiss(await findings({ downloads }))).toEqual([]);
  expect(await readdir(folder)).not.toContain('still');
});

it('tells of a downloads folder that cannot be made', async () => {
  await writeFile(join(folder, 'file'), '');
  expect(amiss(await findings({ downloads: join(folder, 'file', 'below') }))).toEqual(['disk']);
});

it('tells of UDP that does not arrive', async () => {
  const port = await listening((socket) => {
    const onward = connect(tracker.at.port, host);
    socket.on('error', () => onward.destroy()).pipe(onward);
    onward.on('error', () => socket.destroy()).pipe(socket);
  });
  expect(amiss(await findings({ port }))).toEqual(['tracker-udp']);
});

it('says of what needs the tracker that it was not tested, where that is away', async () => {
  const found = await findings({ port: 1 });
  expect(amiss(found)).toEqual(['tracker-tcp', 'tracker-udp', 'peer-port', 'clock']);
});

it('ends where it is interrupted, and blames nothing', async () => {
  const controller = new AbortController();
  const silent = await listening(() => controller.abort(new RollcallError('interrupted', 'stopped')));
  await expect(findings({ port: silent, signal: controller.signal })).rejects.toMatchObject({ code: 'interrupted' });
});
