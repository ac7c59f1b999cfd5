import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Line, rollcall, type Started, start, startTracker, temporaryFolder } from './program.ts';

/** Large enough that a download is still running when something is killed. */
const big = randomBytes(1 << 20);
const bigSize = 400 << 20;

let folder: ReturnType<typeof temporaryFolder>;
let tracker: Started & { address: string };
const started: Started[] = [];

const at = (...parts: string[]): string => join(folder.path, ...parts);
const common = (who: string): string[] => ['--server', tracker.address, '--home', at(`home-${who}`), '--json'];

async function share(user: string, ...paths: string[]): Promise<Started> {
  const peer = start(['share', ...paths, '--user', user, '--peer-port', '0', ...common(user)]);
  started.push(peer);
  await peer.line((line) => line['event'] === 'announced');
  return peer;
}

const get = (who: string, ...args: string[]): Started => {
  const process = start(['get', ...args, ...common(who)]);
  started.push(process);
  return process;
};

const list = async (command: 'ls' | 'who'): Promise<Line[]> => (await rollcall([command, ...common('guest')])).lines;

/** Asks until the answer fits; a bounded number of times. */
async function eventually(look: () => Promise<boolean>, ms: number): Promise<number> {
  const start = performance.now();
  while (!(await look())) {
    if (performance.now() - start > ms) throw new Error(`not within ${ms} ms`);
  }
  return performance.now() - start;
}

function bigFile(...path: string[]): string {
  const file = at(...path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, Buffer.concat(Array<Buffer>(bigSize / big.length).fill(big)));
  return file;
}

const isBig = (path: string): boolean => {
  const content = readFileSync(path);
  return (
    content.length === bigSize &&
    content.subarray(-big.length).equals(big) &&
    content.subarray(0, big.length).equals(big)
  );
};

beforeEach(async () => {
  folder = temporaryFolder();
  tracker = await startTracker(folder.path);
  writeFileSync(at('note.txt'), 'a note');
});

afterEach(async () => {
  await Promise.all([...started.splice(0), tracker].map((process) => process[Symbol.asyncDispose]()));
  folder[Symbol.dispose]();
});

describe('a peer', { timeout: 60_000 }, () => {
  it('that is killed is off every list within seconds; one that lives stays', async () => {
    const bob = await share('Bob', at('note.txt'));
    await share('Sally', at('note.txt'));
    expect(await list('who')).toHaveLength(2);
    bob.child.kill('SIGKILL');
    const ms = await eventually(async () => (await list('who')).length === 1, 10_000);
    expect(ms).toBeGreaterThan(1000);
    expect((await list('ls')).map((line) => line['owner'])).toEqual(['Sally']);
  });

  it('that says goodbye is off at once, and ends with 0', async () => {
    const bob = await share('Bob', at('note.txt'));
    bob.child.kill('SIGTERM');
    expect(await bob.ended()).toBe(0);
    expect(await list('who')).toEqual([]);
  });

  it('survives its tracker: it registers and announces again by itself', async () => {
    await share('Bob', at('note.txt'));
    const port = tracker.address.split(':')[1] as string;
    tracker.child.kill('SIGKILL');
    await tracker.ended();
    tracker = await startTracker(folder.path, '--port', port);
    await eventually(async () => (await list('ls')).length === 1, 20_000);
    const { status } = await rollcall(['get', 'note.txt', '-o', at('fetched'), ...common('guest')]);
    expect(status).toBe(0);
  });
});

describe('a download', { timeout: 120_000 }, () => {
  it('goes on with another owner when its own dies in the middle', async () => {
    const bob = await share('Bob', bigFile('Bob', 'big.bin'));
    const sally = await share('Sally', bigFile('Sally', 'big.bin'));
    const fetching = get('guest', 'big.bin', '--from', 'Bob', '-o', at('fetched'));
    await fetching.line((line) => line['event'] === 'progress' && Number(line['bytes']) > 0);
    bob.child.kill('SIGKILL');
    expect(await fetching.ended()).toBe(0);
    const saved = await fetching.line((line) => line['event'] === 'saved');
    expect(saved['from']).toContain('Sally');
    expect(isBig(at('fetched'))).toBe(true);
    expect(sally.child.exitCode).toBeNull();
  });

  it('outlives its tracker', async () => {
    await share('Bob', bigFile('big.bin'));
    const fetching = get('guest', 'big.bin', '-o', at('fetched'));
    await fetching.line((line) => line['event'] === 'progress' && Number(line['bytes']) > 0);
    tracker.child.kill('SIGKILL');
    expect(await fetching.ended()).toBe(0);
    expect(isBig(at('fetched'))).toBe(true);
  });

  it('whose only owner dies ends with 7, keeps what it has, and resumes', async () => {
    const file = bigFile('big.bin');
    const bob = await share('Bob', file);
    mkdirSync(at('downloads'));
    const fetching = get('guest', 'big.bin', '-o', at('downloads', 'fetched'));
    await fetching.line((line) => line['event'] === 'progress' && Number(line['bytes']) > 20 << 20);
    bob.child.kill('SIGKILL');
    expect(await fetching.ended(60_000)).toBe(7);
    expect(readdirSync(at('downloads'))).not.toContain('fetched');
    await share('Bob', file);
    const again = get('guest', 'big.bin', '-o', at('downloads', 'fetched'));
    const first = await again.line((line) => line['event'] === 'progress');
    expect(Number(first['bytes'])).toBeGreaterThan(10 << 20);
    expect(await again.ended()).toBe(0);
    expect(isBig(at('downloads', 'fetched'))).toBe(true);
    expect(readdirSync(at('downloads'))).toEqual(['fetched']);
  });

  it('that was killed itself resumes, and is whole', async () => {
    await share('Bob', bigFile('big.bin'));
    mkdirSync(at('downloads'));
    const fetching = get('guest', 'big.bin', '-o', at('downloads', 'fetched'));
    await fetching.line((line) => line['event'] === 'progress' && Number(line['bytes']) > 0);
    fetching.child.kill('SIGKILL');
    await fetching.ended();
    expect(readdirSync(at('downloads'))).not.toContain('fetched');
    const again = get('guest', 'big.bin', '-o', at('downloads', 'fetched'));
    expect(await again.ended()).toBe(0);
    expect(isBig(at('downloads', 'fetched'))).toBe(true);
    expect(readdirSync(at('downloads'))).toEqual(['fetched']);
  });

  it('that is interrupted ends with 130', async () => {
    await share('Bob', bigFile('big.bin'));
    const fetching = get('guest', 'big.bin', '-o', at('fetched'));
    await fetching.line((line) => line['event'] === 'progress');
    fetching.child.kill('SIGINT');
    expect(await fetching.ended()).toBe(130);
  });
});
