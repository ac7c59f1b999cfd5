import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from '../../../../base/clock.ts';
import { RollcallError } from '../../../../base/errors.ts';
import { sizeText } from '../../../../base/sizeText.ts';
import { type Context, trafficOf } from '../context.ts';
import { paint, paintMark } from '../paint.ts';
import { durationText } from '../text.ts';
import { type Child, type Program, runToEnd, startChild } from './children.ts';
import { type DemoFiles, makeFiles, sumOf } from './files.ts';

/** The whole demonstration has to be over by then, milliseconds; it takes about 15 s. */
const demoMs = 180_000;
/** A peer that died has to be off the roll by then, milliseconds: a machine with a cut cable takes 12 s. */
const dropMs = 13_000;
/** How often the roll is looked at while somebody waits for a change, milliseconds. */
const lookMs = 100;

/** Enough to see how fast it goes. */
const usualBigMiB = 200;

/** What each peer shares. */
const shelves = {
  Bob: ['test.txt', 'handbook.pdf', 'photos'],
  Sally: ['test.txt', 'handbook.pdf'],
  Charlie: ['film.mkv'],
} as const;

/** The stage of the demonstration: a tracker, its peers and their folders. */
interface Stage {
  context: Context;
  program: Program;
  files: DemoFiles;
  server: { host: string; port: number };
  signal: AbortSignal;
}

/** Shows on this machine what rollcall does, with real processes. Returns 0 only if everything was as it should be. */
export async function demo(context: Context, how: Omit<Program, 'env'>, bigMiB: number = usualBigMiB): Promise<number> {
  const { terminal, ending, env } = context;
  const late = AbortSignal.timeout(demoMs);
  const signal = AbortSignal.any([ending.signal, late]);
  const root = await mkdtemp(join(tmpdir(), 'rollcall-demo-'));
  const children: Child[] = [];
  try {
    const program = { ...how, env };
    heading(context, `Everything happens in ${root}, on 127.0.0.1, and is removed at the end.`);
    const files = await makeFiles(root, bigMiB);
    const server = await startTracker(program, root, children, signal);
    const stage = { context, program, files, server, signal };
    await play(stage, children);
    heading(context, 'That was rollcall: every check held.');
    return 0;
  } catch (error) {
    if (ending.signal.aborted) throw ending.signal.reason;
    if (late.aborted) throw new RollcallError('fault', `the demonstration took longer than ${demoMs / 1000} s`);
    if (!(error instanceof CheckError)) throw error;
    terminal.warn(error.message);
    return 1;
  } finally {
    await Promise.all(children.map((child) => child[Symbol.asyncDispose]()));
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function play(stage: Stage, children: Child[]): Promise<void> {
  const { context, signal, server } = stage;
  await check(context, 'a tracker takes the roll', () => `it listens on 127.0.0.1, port ${server.port}`);

  heading(context, 'Bob, Sally and Charlie start to share, each in a process of its own.');
  const peers = new Map<string, Child>();
  for (const [user, names] of Object.entries(shelves)) {
    const peer = startPeer(stage, user, names);
    children.push(peer);
    peers.set(user, peer);
  }
  for (const [user, names] of Object.entries(shelves)) {
    await check(context, `${user} is here`, async () => {
      for (const _name of names) await peers.get(user)?.next('announced');
      return `shares ${names.join(', ')}`;
    });
  }

  heading(context, 'Anybody can see what there is: rollcall ls');
  const list = await runToEnd(stage.program, ['ls', ...asGuest(stage)], signal);
  for (const line of list.stdout.trimEnd().split('\n')) context.terminal.say(`    ${line}`);

  heading(context, 'Two different files are called test.txt, so a name alone is not enough.');
  await check(context, 'without an owner nothing is guessed', async () => {
    const { status } = await get(stage, 'test.txt');
    if (status !== 4) throw new CheckError(`exit status ${status}, not 4`);
    return 'rollcall get test.txt: exit status 4, with the choices';
  });
  await download(stage, 'Sally', 'test.txt', ['--from', 'Sally']);

  heading(context, 'Bob and Sally have the same handbook.pdf: that is one choice, and no question.');
  await download(stage, 'Bob', 'handbook.pdf', ['-o', join(stage.files.downloads, 'downloaded_Bob_handbook.pdf')]);
  heading(context, 'A folder is a resource too.');
  await download(stage, 'Bob', 'photos', []);
  heading(context, 'Charlie has a film, the biggest file here.');
  await download(stage, 'Charlie', 'film.mkv', []);

  heading(context, "Charlie's process is killed: no goodbye, as when a machine crashes.");
  const charlie = peers.get('Charlie');
  await check(context, 'the roll drops Charlie', async () => {
    await charlie?.kill();
    return `${durationText(await untilGone(stage, 'Charlie'))} after process ${charlie?.pid} died`;
  });
}

async function startTracker(
  program: Program,
  root: string,
  children: Child[],
  signal: AbortSignal,
): Promise<Stage['server']> {
  const args = ['server', '--host', '127.0.0.1', '--port', '0', '--data', join(root, 'tracker'), '--json'];
  const tracker = startChild(program, args, signal);
  children.push(tracker);
  const { port } = await tracker.next('ready');
  if (typeof port !== 'number') throw new CheckError('the tracker did not say on which port it listens');
  return { host: '127.0.0.1', port };
}

function startPeer({ program, files, server, signal }: Stage, user: string, names: readonly string[]): Child {
  const folder = files.of(user);
  const paths = names.map((name) => join(folder, name));
  const how = ['--server', `127.0.0.1:${server.port}`, '--user', user, '--home', join(folder, '.home')];
  return startChild(program, ['share', ...paths, ...how, '--peer-port', '0', '--json'], signal);
}

const asGuest = ({ server, files }: Stage): string[] => [
  '--server',
  `127.0.0.1:${server.port}`,
  '--home',
  join(files.of('guest'), '.home'),
];

const get = ({ program, signal, files, ...stage }: Stage, name: string, ...more: string[]) =>
  runToEnd(
    program,
    ['get', name, ...more, '--downloads', files.downloads, '--json', ...asGuest({ program, signal, files, ...stage })],
    signal,
  );

/** Downloads, and compares with what the owner has by SHA-256 of its own. */
async function download(stage: Stage, owner: string, name: string, more: string[]): Promise<void> {
  const { context, files } = stage;
  const saved = `downloaded_${owner}_${name}`;
  await check(context, `${name} arrives as ${saved}`, async () => {
    const { status, stdout, stderr } = await get(stage, name, ...more);
    if (status !== 0) throw new CheckError(`rollcall get ended with ${status}: ${stderr.trim()}`);
    const { bytes, seconds } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    const sum = await sumOf(join(files.downloads, saved));
    if (sum !== (await sumOf(join(files.of(owner), name))))
      throw new CheckError('its SHA-256 is not that of the original');
    return `SHA-256 ${sum.slice(0, 16)}… as the original, ${sizeText(Number(bytes))} in ${durationText(Number(seconds))}`;
  });
}

/** Looks at the roll until a user is off it. Returns the seconds that took. */
async function untilGone({ context, server, files, signal }: Stage, gone: string): Promise<number> {
  const { clock, settings, log } = context;
  const { openVisitor } = await context.facade();
  const home = join(files.of('guest'), '.home');
  const from = clock.now();
  const traffic = trafficOf(settings);
  await using visitor = await openVisitor({ server, home, downloads: files.downloads, traffic, log, signal });
  for (;;) {
    let here = false;
    for await (const { user } of visitor.users()) here ||= user === gone;
    const waited = clock.now() - from;
    if (!here) return waited / 1000;
    if (waited > dropMs) throw new CheckError(`still on the roll after ${durationText(waited / 1000)}`);
    await sleep(clock, lookMs, signal);
  }
}

/** Something is not as it should be. */
class CheckError extends Error {}

async function check({ terminal }: Context, claim: string, look: () => string | Promise<string>): Promise<void> {
  try {
    const detail = await look();
    if (terminal.json) terminal.record({ event: 'check', claim, ok: true, detail });
    else terminal.print(`✓ ${claim}: ${detail}`, paintMark('✓', paint.green));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    if (terminal.json) terminal.record({ event: 'check', claim, ok: false, detail });
    else terminal.print(`✗ ${claim}: ${detail}`, paintMark('✗', paint.red));
    throw error instanceof CheckError ? new CheckError('The demonstration failed: see the ✗ above.') : error;
  }
}

const heading = ({ terminal }: Context, text: string): void => terminal.say(text, paint.bold);
