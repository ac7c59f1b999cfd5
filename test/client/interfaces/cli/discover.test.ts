import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../../src/base/ids.ts';
import type { FoundTracker } from '../../../../src/client/app.ts';
import { choice, FakeApp, FakeInput, FakeOutput, owner, type Stage, shows, stage } from '../fakes.ts';

const found = (name: string, host: string, port = 7450): FoundTracker => ({
  name,
  host,
  port,
  fingerprint: fingerprint('3f2a9c01'.repeat(8)),
});
const lab = found('lab (3f2a9c01)', '10.0.0.1');
const office = found('office (3f2a9c01)', 'fd00::2', 8000);
const env = { ROLLCALL_HOME: '/nowhere' };

const on = (trackers: FoundTracker[], argv: string[], more: Parameters<typeof stage>[1] = {}): Stage => {
  const app = Object.assign(new FakeApp(), { trackers, found: [choice('a', 12, owner('Ann', '10.0.0.3', 5000))] });
  return stage(argv, { app, env, ...more });
};

describe('a command without a tracker', () => {
  it.each([
    [['ls']],
    [['who']],
    [['get', 'test.txt']],
    [['link', 'test.txt']],
    [['unregister', '--user', 'Ann']],
    [['share', '.', '--user', 'Ann']],
    [['client', '--user', 'Ann', '--share', '.']],
    [['shell', '--user', 'Ann']],
  ])('%j uses the one that is on the network, and names it', async (argv) => {
    const run = on([lab], argv, { cwd: import.meta.dirname });
    run.stdin.end();
    await shows(run.stderr, 'Using the tracker lab (3f2a9c01) at 10.0.0.1:7450.');
    const opened = (): unknown[] =>
      run.app.calls.flatMap((call) => (Array.isArray(call) && /^(visit|join)$/.test(call[0]) ? [call[1]] : []));
    for (let turn = 0; turn < 1000 && opened().length === 0; turn++) await new Promise(setImmediate);
    run.ending.interrupt();
    await run.status;
    expect(run.app.calls[0]).toEqual(['discover', 2000, true]);
    expect(opened()).toEqual([{ host: '10.0.0.1', port: 7450 }]);
  });

  it('looks for none where one is named, or nothing is asked of one', async () => {
    const named = on([lab], ['ls', '--server', 'other']);
    const hash = on([lab], ['hash', '.']);
    expect(await Promise.all([named.status, hash.status])).toEqual([0, 0]);
    expect([...named.app.calls, ...hash.app.calls].flat()).not.toContain('discover');
  });

  it('ends with status 2 and the remedy where none is on the network', async () => {
    const { status, stderr } = on([], ['ls']);
    expect(await status).toBe(2);
    expect(stderr.text).toContain(
      'no tracker was named, and none was found on this network in 2 s: add --server HOST[:PORT], or set ROLLCALL_SERVER',
    );
  });

  it('looks for none where that is switched off, and says how to name one', async () => {
    const { status, stderr, app } = on([lab], ['ls'], { env: { ...env, ROLLCALL_DISCOVERY: 'false' } });
    expect(await status).toBe(2);
    expect(stderr.text).toContain('no tracker was named: add --server HOST[:PORT], or set ROLLCALL_SERVER');
    expect(app.calls).toEqual([]);
  });

  it('ends with status 4 and the choices where several are, and nobody can be asked', async () => {
    const plain = on([lab, office], ['ls']);
    expect(await plain.status).toBe(4);
    expect(plain.stderr.lines).toEqual([
      'rollcall: no tracker was named, and 2 are on this network: say which with --server HOST[:PORT]',
      '  10.0.0.1:7450  lab (3f2a9c01)',
      '  [fd00::2]:8000  office (3f2a9c01)',
    ]);
    const json = on([lab, office], ['ls', '--json']);
    expect(await json.status).toBe(4);
    expect(JSON.parse(json.stdout.text)).toMatchObject({
      event: 'error',
      code: 'ambiguous',
      exit: 4,
      choices: [lab, office],
    });
    const menu = on([lab, office], ['client', '--user', 'Ann']);
    menu.stdin.end();
    expect(await menu.status).toBe(4);
  });

  it('names 20 of many', async () => {
    const many = Array.from({ length: 64 }, (_, at) => found(`t${at}`, `10.0.0.${at}`));
    const { status, stderr } = on(many, ['ls']);
    expect(await status).toBe(4);
    expect(stderr.lines).toHaveLength(22);
    expect(stderr.lines.at(-1)).toBe('  … and 44 more');
  });

  it('asks a person which one of several', async () => {
    const stdin = new FakeInput(true);
    const stderr = new FakeOutput(true);
    const run = on([lab, office], ['ls'], { stdin, stderr });
    await shows(stderr, 'Which one?');
    stdin.write('\u001b[B');
    await shows(stderr, '❯ [fd00::2]:8000');
    stdin.write('\r');
    expect(await run.status).toBe(0);
    expect(run.app.calls.at(1)).toEqual(['visit', { host: 'fd00::2', port: 8000 }, undefined]);
    expect(stderr.plain).toContain('Using the tracker office (3f2a9c01) at [fd00::2]:8000.');
  });
});

describe('discover', () => {
  it('lists the trackers that are on the network, after the whole time', async () => {
    const { status, stdout, stderr, app } = on([lab, office], ['discover']);
    expect(await status).toBe(0);
    expect(stdout.lines).toEqual([
      'NAME               HOST      PORT  KEY',
      'lab (3f2a9c01)     10.0.0.1  7450  3f2a9c01',
      'office (3f2a9c01)  fd00::2   8000  3f2a9c01',
    ]);
    expect(stderr.lines).toEqual(['2 trackers']);
    expect(app.calls).toEqual([['discover', 2000, false]]);
  });

  it('prints one object a line for a program', async () => {
    const { status, stdout } = on([lab, office], ['discover', '--json']);
    expect(await status).toBe(0);
    expect(stdout.lines.map((line) => JSON.parse(line))).toEqual([lab, office]);
  });

  it('says that there is none, which is no failure', async () => {
    const { status, stdout, stderr } = on([], ['discover']);
    expect(await status).toBe(0);
    expect(stdout.text).toBe('');
    expect(stderr.text).toContain('No tracker was found.');
    const json = on([], ['discover', '--json']);
    expect(await json.status).toBe(0);
    expect(json.stdout.text).toBe('');
  });

  it('looks as long as it is told to, from 100 ms to a minute', async () => {
    for (const [text, ms] of [
      ['100ms', 100],
      ['5s', 5000],
      ['1m', 60_000],
    ] as const) {
      const { status, app } = on([], ['discover', '--for', text]);
      expect(await status).toBe(0);
      expect(app.calls).toEqual([['discover', ms, false]]);
    }
    for (const text of ['99ms', '61s', 'soon', '-1s', '']) {
      const { status, stderr, app } = on([], ['discover', '--for', text]);
      expect(await status).toBe(2);
      expect(stderr.text).toContain('--for: ');
      expect(app.calls).toEqual([]);
    }
  });
});
