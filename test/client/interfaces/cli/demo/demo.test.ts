import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../../src/base/errors.ts';
import { silentLog } from '../../../../../src/base/log.ts';
import { type Program, runToEnd, startChild } from '../../../../../src/client/interfaces/cli/demo/children.ts';
import { demo } from '../../../../../src/client/interfaces/cli/demo/demo.ts';
import { sumOf } from '../../../../../src/client/interfaces/cli/demo/files.ts';
import { openTerminal } from '../../../../../src/client/interfaces/cli/terminal.ts';
import { loadSettings } from '../../../../../src/client/settings/loadSettings.ts';
import { FakeClock } from '../../../../support/fakeClock.ts';
import { FakeApp, FakeEnding, FakeInput, FakeOutput, userRow } from '../../fakes.ts';

/** A program with the commands of ours that does what the demonstration expects, but for what MISBEHAVE names. */
const standIn = `
import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
const [command, ...args] = process.argv.slice(2);
const flag = (name) => args[args.indexOf(name) + 1];
const tell = (line) => console.log(JSON.stringify(line));
const wrong = process.env.MISBEHAVE;
if (process.env.ROLLCALL_USER) throw new Error('inherited');
if (command === 'server') { tell({ event: 'ready', port: 4711 }); setInterval(() => {}, 1000); }
else if (command === 'share') {
  if (wrong === 'share') { console.error('no such luck'); process.exit(5); }
  tell({ event: 'ready' });
  for (const path of args.slice(0, args.indexOf('--server'))) tell({ event: 'announced', name: basename(path) });
  setInterval(() => {}, 1000);
}
else if (command === 'ls') console.log('NAME  OWNER');
else if (command === 'get') {
  const name = args[0];
  const from = { 'test.txt': 'Sally', 'film.mkv': 'Charlie' }[name] ?? 'Bob';
  if (name === 'test.txt' && !args.includes('--from')) process.exit(wrong === 'guess' ? 0 : 4);
  const target = join(flag('--downloads'), 'downloaded_' + from + '_' + name);
  cpSync(join(dirname(flag('--downloads')), from, name), target, { recursive: true });
  if (wrong === 'bytes' && name === 'film.mkv') writeFileSync(target, 'x');
  tell({ event: 'saved', bytes: 1, seconds: 1 });
}
`;

let folder = '';
const program = (env: NodeJS.ProcessEnv = {}): Program => ({
  execPath: process.execPath,
  main: join(folder, 'main.mjs'),
  env: { ...process.env, ROLLCALL_USER: 'Ann', ...env },
});
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-standin-'));
  await writeFile(join(folder, 'main.mjs'), standIn);
});
afterAll(() => rm(folder, { recursive: true }));

/** Whether the folder that the demonstration says it works in is there. */
const remains = ({ stderr }: { stderr: FakeOutput }): boolean => {
  const [, root = folder] = /Everything happens in (.*), on 127/.exec(stderr.text) ?? [];
  return existsSync(root);
};

async function play(env: NodeJS.ProcessEnv, json = false) {
  const { env: inherited, ...how } = program(env);
  const app = new FakeApp();
  const streams = { stdin: new FakeInput(), stdout: new FakeOutput(), stderr: new FakeOutput() };
  const context = {
    terminal: openTerminal(streams, { json, quiet: false, color: false, env: {} }),
    settings: await loadSettings({ home: folder, downloads: folder }, {}, folder),
    facade: async () => app.facade,
    ending: new FakeEnding(),
    clock: new FakeClock(),
    log: silentLog,
    cwd: folder,
    env: inherited,
  };
  const status = demo(context, how, 1);
  return { ...streams, app, clock: context.clock, status };
}

describe('the demonstration', () => {
  it('shows what it checks, ends with 0 and leaves nothing behind', async () => {
    const run = await play({});
    const { status, stdout, stderr } = run;
    expect(await status).toBe(0);
    expect(stdout.lines.map((line) => line.split(':')[0])).toEqual([
      '✓ a tracker takes the roll',
      '✓ Bob is here',
      '✓ Sally is here',
      '✓ Charlie is here',
      '✓ without an owner nothing is guessed',
      '✓ test.txt arrives as downloaded_Sally_test.txt',
      '✓ handbook.pdf arrives as downloaded_Bob_handbook.pdf',
      '✓ photos arrives as downloaded_Bob_photos',
      '✓ film.mkv arrives as downloaded_Charlie_film.mkv',
      '✓ the roll drops Charlie',
    ]);
    expect(stderr.lines).toContain('    NAME  OWNER');
    expect(stderr.lines.at(-1)).toBe('That was rollcall: every check held.');
    expect(remains(run)).toBe(false);
  });

  it('tells its checks as JSON', async () => {
    const { status, stdout } = await play({}, true);
    expect(await status).toBe(0);
    expect(stdout.records).toHaveLength(10);
    expect(stdout.records[0]).toMatchObject({ event: 'check', ok: true });
  });

  it.each([
    ['bytes', '✗ film.mkv arrives as downloaded_Charlie_film.mkv: its SHA-256 is not that of the original'],
    ['guess', '✗ without an owner nothing is guessed: exit status 0, not 4'],
  ])('ends with 1 where %s are not as they should be', async (wrong, line) => {
    const run = await play({ MISBEHAVE: wrong });
    const { status, stdout, stderr } = run;
    expect(await status).toBe(1);
    expect(stdout.lines.at(-1)).toBe(line);
    expect(stderr.lines.at(-1)).toBe('The demonstration failed: see the ✗ above.');
    expect(remains(run)).toBe(false);
  });

  it('fails with the words of a process that ends too early', async () => {
    const run = await play({ MISBEHAVE: 'share' });
    await expect(run.status).rejects.toMatchObject({
      code: 'fault',
      message: '"rollcall share" ended too early: no such luck',
    });
    expect(remains(run)).toBe(false);
  });

  it('fails where a dead peer stays on the roll', async () => {
    const run = await play({});
    run.app.userRows = [userRow('Charlie')];
    run.app.beforeUsers = () => run.clock.wind(20_000);
    expect(await run.status).toBe(1);
    expect(run.stdout.lines.at(-1)).toMatch(/^✗ the roll drops Charlie: still on the roll after/);
  });
});

describe('a child', () => {
  const never = new AbortController().signal;

  it('tells its lines, and ends when it is disposed of', async () => {
    const child = startChild(program(), ['share', '/x/a', '/x/b', '--server', 'y'], never);
    expect(await child.next('announced')).toEqual({ event: 'announced', name: 'a' });
    expect(await child.next('announced')).toEqual({ event: 'announced', name: 'b' });
    await child[Symbol.asyncDispose]();
    expect(() => process.kill(child.pid, 0)).toThrow();
  });

  it('is ended by its kill', async () => {
    const child = startChild(program(), ['server'], never);
    await child.next('ready');
    await child.kill();
    expect(() => process.kill(child.pid, 0)).toThrow();
    await child.kill();
  });

  it('is not waited for once the time is over', async () => {
    const late = AbortSignal.abort(new RollcallError('interrupted', 'late'));
    await expect(runToEnd(program(), ['server'], late)).rejects.toMatchObject({ message: 'late' });
  });
});

describe('sumOf', () => {
  it('is SHA-256 for a file, and tells folders apart by paths and bytes', async () => {
    const root = join(folder, 'sums');
    const make = async (name: string, path: string, text: string): Promise<string> => {
      await mkdir(join(root, name, 'sub'), { recursive: true });
      await writeFile(join(root, name, path), text);
      return sumOf(join(root, name));
    };
    const one = await make('one', 'sub/a', 'abc');
    expect(await sumOf(join(root, 'one', 'sub', 'a'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(await make('two', 'sub/a', 'abc')).toBe(one);
    expect(await make('three', 'sub/b', 'abc')).not.toBe(one);
    expect(await make('four', 'sub/a', 'abd')).not.toBe(one);
  });
});
