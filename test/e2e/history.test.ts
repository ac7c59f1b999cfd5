import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Line, rollcall, type Started, start, startTracker, temporaryFolder } from './program.ts';

const folder = temporaryFolder();
const at = (...parts: string[]): string => join(folder.path, ...parts);
const oplogFile = at('operations.log');
let oplog: Started;
let oplogPort: number;
let tracker: Started & { address: string };

async function startOplog(port: number): Promise<void> {
  oplog = start(['oplog', '--port', String(port), '--log', oplogFile, '--json']);
  oplogPort = Number((await oplog.line((line) => line['event'] === 'ready'))['port']);
}

const ask = (...args: string[]): ReturnType<typeof rollcall> =>
  rollcall([...args, '--server', tracker.address, '--home', at('home-asker'), '--json']);

const history = async (...args: string[]): Promise<Line[]> => {
  const { status, stderr, lines } = await rollcall(['history', '--data', at('tracker'), '--json', ...args]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return lines;
};

/** The log's lines without their dates, once there are that many. */
async function logged(count: number): Promise<string[]> {
  for (let tries = 0; tries < 100; tries++) {
    const lines = readFileSync(oplogFile, 'utf8').trimEnd().split('\n');
    if (lines.length >= count) return lines.map((line) => line.replace(/^\[\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d\] /, ''));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`there are not ${count} lines: ${readFileSync(oplogFile, 'utf8')}`);
}

beforeAll(async () => {
  await startOplog(0);
  tracker = await startTracker(folder.path, '--oplog', `127.0.0.1:${oplogPort}`);
  mkdirSync(at('Bob'));
  for (const name of ['a.txt', 'b.txt']) writeFileSync(at('Bob', name), `${name}\n`);
  await using peer = start(
    ['share', at('Bob', 'a.txt'), at('Bob', 'b.txt'), '--server', tracker.address, '--user', 'Bob'].concat([
      '--home',
      at('home-bob'),
      '--peer-port',
      '0',
      '--json',
    ]),
  );
  let announced = 0;
  await peer.line((line) => line['event'] === 'announced' && ++announced === 2);
  await ask('ls', 'txt');
  await ask('get', 'a.txt', '--downloads', at('downloads'));
  await ask('who');
});

afterAll(async () => {
  await tracker[Symbol.asyncDispose]();
  await oplog[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

describe('the history of a tracker', () => {
  it('can be read while it runs, with who did what from where', async () => {
    const lines = await history();
    const operations = lines.map(({ operation }) => operation);
    expect(operations.slice(0, 3)).toEqual(['register', 'connect', 'announce']);
    for (const operation of ['find', 'locate', 'users']) expect(operations).toContain(operation);
    expect(lines.find(({ operation }) => operation === 'announce')).toMatchObject({
      received: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/),
      user: 'Bob',
      parameters: { names: expect.arrayContaining(['a.txt']) },
      outcome: 'ok',
      address: '127.0.0.1',
      dialect: 'native',
    });
  });

  it('can be asked about one user, one operation and a span', async () => {
    expect((await history('--operation', 'list_users')).every(({ operation }) => operation === 'users')).toBe(true);
    const [found] = await history('--operation', 'find', '--limit', '1');
    expect(found).toMatchObject({ operation: 'find', user: null, parameters: { pattern: 'txt' } });
    expect(await history('--since', '1h')).toEqual(await history());
  });

  it('is told to the operations log, and what was done while that was away once it is back', async () => {
    const before = (await history()).length;
    const lines = await logged(4);
    expect(lines.slice(0, 2)).toEqual(['Bob -> REGISTER', 'Bob -> CONNECT']);
    expect(lines.filter((line) => line.includes('PUBLISH')).sort()).toEqual([
      'Bob -> PUBLISH a.txt',
      'Bob -> PUBLISH b.txt',
    ]);
    oplog.child.kill('SIGKILL');
    await oplog.ended();
    for (let time = 0; time < 3; time++) await ask('ls', `while it was away ${time}`);
    const missed = (await history()).length - before;
    const known = readFileSync(oplogFile, 'utf8').trimEnd().split('\n').length;
    await startOplog(oplogPort);
    const all = await logged(known + missed);
    expect(all.slice(known)).toEqual(Array.from({ length: missed }, () => '(nobody) -> LIST_CONTENT'));
  });

  it('that is not there is not found', async () => {
    const { status, stderr } = await rollcall(['history', '--data', at('nowhere')]);
    expect(status).toBe(3);
    expect(stderr).toContain(at('nowhere'));
    expect(stderr).toContain('--data');
  });

  it('refuses what makes no sense', async () => {
    for (const [flag, value] of [
      ['--since', 'yesterday'],
      ['--operation', 'steal'],
    ] as const) {
      const { status, stderr } = await rollcall(['history', '--data', at('tracker'), flag, value]);
      expect(status).toBe(2);
      expect(stderr).toContain(value);
    }
  });
});
