import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Line, lines, rollcall, type Started, start, startTracker, temporaryFolder } from './program.ts';

const MiB = 1 << 20;
const content = randomBytes(32 * MiB + 4321);

let folder: ReturnType<typeof temporaryFolder>;
let tracker: Started & { address: string };
const started: Started[] = [];

const at = (...parts: string[]): string => join(folder.path, ...parts);
const common = (who: string): string[] => ['--server', tracker.address, '--home', at(`home-${who}`), '--json'];

async function share(user: string, ...more: string[]): Promise<Started> {
  const peer = start(['share', at('film.mkv'), '--user', user, '--peer-port', '0', ...common(user), ...more]);
  started.push(peer);
  await peer.line((line) => line['event'] === 'announced');
  return peer;
}

const get = (who: string, ...more: string[]): Started => {
  const process = start(['get', 'film.mkv', '-o', at(`got-${who}`), ...common(who), ...more]);
  started.push(process);
  return process;
};

/** Resolves once so many bytes are there. */
const reached = (process: Started, bytes: number): Promise<Line> =>
  process.line((line) => line['event'] === 'progress' && Number(line['bytes']) >= bytes);
const saved = (process: Started): Line | undefined => lines(process.stdout()).find((line) => line['event'] === 'saved');
const isRight = (path: string): boolean => readFileSync(path).equals(content);

async function endsRight(process: Started, who: string): Promise<Line> {
  expect(await process.ended(), process.stderr()).toBe(0);
  expect(isRight(at(`got-${who}`))).toBe(true);
  return saved(process) ?? {};
}

beforeEach(async () => {
  folder = temporaryFolder();
  tracker = await startTracker(folder.path);
  writeFileSync(at('film.mkv'), content);
});

afterEach(async () => {
  await Promise.all([...started.splice(0), tracker].map((process) => process[Symbol.asyncDispose]()));
  folder[Symbol.dispose]();
});

describe('a swarm', { timeout: 60_000 }, () => {
  it('of three who start together fetches from one owner and from each other', async () => {
    await share('Bob', '--limit-up', '12M');
    const guests = ['Dan', 'Eve', 'Fay'];
    const begun = performance.now();
    const processes = guests.map((who) => get(who));
    await Promise.all(processes.map((process) => process.line((line) => line['event'] === 'saved')));
    const seconds = (performance.now() - begun) / 1000;
    const from = await Promise.all(
      processes.map(async (process, which) => (await endsRight(process, guests[which] ?? ''))['from'] as string[]),
    );
    // Guests have no names to tell.
    expect(from).toEqual([['Bob'], ['Bob'], ['Bob']]);
    // Bob alone would need 8 s for three times the file.
    expect(seconds).toBeLessThan(7);
  });

  it('outlives its tracker, and takes in who comes after its return', async () => {
    await share('Bob', '--limit-up', '6M');
    const first = get('Dan');
    await reached(first, 2 * MiB);
    tracker.child.kill('SIGKILL');
    await tracker.ended();
    await reached(first, 8 * MiB);
    const port = tracker.address.split(':')[1] ?? '';
    const again = start(['server', '--host', '127.0.0.1', '--port', port, '--data', at('tracker'), '--json']);
    tracker = Object.assign(again, { address: tracker.address });
    await again.line((line) => line['event'] === 'ready');
    await share('Sally');
    const second = get('Eve');
    await endsRight(first, 'Dan');
    await endsRight(second, 'Eve');
  });

  it('of two that save the same into one folder ends with both files whole, and nothing else there', async () => {
    await share('Bob', '--limit-up', '16M');
    mkdirSync(at('downloads'));
    const into = (who: string): Started => {
      const process = start(['get', 'film.mkv', '--downloads', at('downloads'), '--rename', ...common(who)]);
      started.push(process);
      return process;
    };
    const both = [into('Dan'), into('Eve')];
    for (const process of both) expect(await process.ended(), process.stderr()).toBe(0);
    const paths = both.map((process) => String(saved(process)?.['path']));
    expect(paths.every(isRight)).toBe(true);
    expect(readdirSync(at('downloads')).sort()).toEqual(['downloaded_Bob_film (2).mkv', 'downloaded_Bob_film.mkv']);
    expect(new Set(paths).size).toBe(2);
  });

  it('keeps to --limit-down', async () => {
    await share('Bob');
    const seconds = Number((await endsRight(get('Dan', '--limit-down', '10M'), 'Dan'))['seconds']);
    expect(seconds).toBeGreaterThan(2.8);
    expect(seconds).toBeLessThan(6);
  });

  it('serves others after its end for as long as --seed-for says, and nobody with none', async () => {
    const bob = await share('Bob');
    const seeder = get('Dan', '--seed-for', '30s');
    await seeder.line((line) => line['event'] === 'saved');
    const loner = get('Eve', '--seed-for', 'none');
    await endsRight(loner, 'Eve');
    const slow = get('Fay', '--limit-down', '8M');
    await reached(slow, 4 * MiB);
    bob.child.kill('SIGKILL');
    await endsRight(slow, 'Fay');
    expect(seeder.child.exitCode).toBeNull();
    seeder.child.kill('SIGINT');
    expect(await seeder.ended(5000)).toBe(0);
  });

  it('does without its own port where that is taken', async () => {
    const bob = await share('Bob');
    const { port } = await bob.line((line) => line['event'] === 'ready');
    await endsRight(get('Dan', '--peer-port', String(port)), 'Dan');
  });

  it('leaves a plain download without a name on the roll', async () => {
    await share('Bob', '--limit-up', '8M');
    const process = get('Dan');
    await reached(process, 4 * MiB);
    const { lines: here } = await rollcall(['who', ...common('guest')]);
    const { lines: shared } = await rollcall(['ls', ...common('guest')]);
    expect(here.map((line) => line['user'])).toEqual(['Bob']);
    expect(shared.map((line) => line['owner'])).toEqual(['Bob']);
    await endsRight(process, 'Dan');
  });
});
