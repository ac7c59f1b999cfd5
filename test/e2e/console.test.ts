import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { Paper } from '../support/paper.ts';
import { type Started, start, startTracker, temporaryFolder } from './program.ts';

const folder = temporaryFolder();
const at = (...parts: string[]): string => join(folder.path, ...parts);
const started: Started[] = [];
const keep = <S extends Started>(one: S): S => {
  started.push(one);
  return one;
};
afterAll(async () => {
  await Promise.all(started.map((process) => process[Symbol.asyncDispose]()));
  folder[Symbol.dispose]();
});

/** A peer that shares one file. */
async function share(address: string, user: string): Promise<Started> {
  mkdirSync(at(user), { recursive: true });
  writeFileSync(at(user, `${user}.txt`), `the file of ${user}`);
  const file = at(user, `${user}.txt`);
  const peer = keep(start(['share', file, '--server', address, '--user', user, '--home', at(user, 'home'), '--json']));
  await peer.line((line) => line['event'] === 'announced');
  return peer;
}

describe('a tracker whose console is a pipe', () => {
  it('answers, kicks for good, and serves on at the end of input', async () => {
    const tracker = keep(await startTracker(at('piped'), '--console'));
    const alice = await share(tracker.address, 'alice');
    tracker.type('list\nfiles\nDISCOVER Alice\nping alice\n');
    await tracker.says('heartbeat:');
    const address = String.raw`\(?127\.0\.0\.1:\d+\)?`;
    expect(tracker.stdout().split('\n').slice(1).join('\n')).toMatch(
      new RegExp(
        [
          'Registered Clients:',
          `  - alice ${address} - ACTIVE`,
          'Available Files:',
          '  - alice.txt \\(available on: alice\\)',
          "Files shared by 'alice':",
          '  - alice.txt',
          `Client 'alice' at ${address} is ACTIVE`,
          String.raw`  control: \d+\.\d ms`,
          String.raw`  heartbeat: \d+\.\d ms`,
          '$',
        ].join('\n'),
      ),
    );
    tracker.type('kick alice\nlist\n');
    await tracker.says('none\n');
    expect(await alice.ended()).toBe(5);
    expect(alice.stderr()).toContain('kicked by the operator');
    tracker.child.stdin?.end();
    await share(tracker.address, 'bob');
    expect(tracker.child.exitCode).toBe(null);
  });

  it('ends with quit, and has written its log into the data folder', async () => {
    const tracker = keep(await startTracker(at('quitting'), '--console'));
    tracker.type('quit\n');
    expect(await tracker.ended()).toBe(0);
    const lines = readFileSync(at('quitting', 'tracker', 'server.log'), 'utf8')
      .trim()
      .split('\n');
    const messages = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages).toEqual(['serving', 'ending', 'closed']);
  });
});

describe('a tracker without a console', () => {
  it('reads nothing, and serves though its input is closed', async () => {
    const tracker = keep(await startTracker(at('mute')));
    tracker.type('quit\n');
    tracker.child.stdin?.end();
    await share(tracker.address, 'carol');
    expect(tracker.child.exitCode).toBe(null);
  });

  it('writes no log file where none is wanted, and is refused one that cannot be written', async () => {
    const tracker = keep(await startTracker(at('logless'), '--log', 'none'));
    expect(existsSync(at('logless', 'tracker', 'server.log'))).toBe(false);
    await tracker[Symbol.asyncDispose]();
    const refused = keep(start(['server', '--port', '0', '--data', at('refused'), '--log', folder.path]));
    expect(await refused.ended()).toBe(2);
    expect(refused.stderr()).toContain('name another with --log');
  });
});

const columns = 200;
/** Runs a command in a terminal of its own, and hands what is typed and shown through. */
const inTerminal = [
  'python3',
  '-c',
  'import pty, sys; pty.spawn(sys.argv[1:])',
  'sh',
  '-c',
  `stty cols ${columns} rows 30; exec "$@"`,
  'sh',
];
const hasTerminals = (): boolean => {
  const is = spawnSync('python3', ['-c', 'import pty']).status === 0;
  if (!is) console.warn('python3 has no terminals here: the prompt is not tried in one');
  return is;
};

describe.runIf(hasTerminals())('a tracker at a terminal', () => {
  it('keeps what is typed below its log, completes, and ends with Ctrl-D', async () => {
    const home = at('terminal');
    const server = ['server', '--host', '127.0.0.1', '--port', '0', '--data', home];
    const tracker = keep(start(server, { TERM: 'xterm' }, inTerminal));
    const paper = (): string => {
      const shown = new Paper(columns);
      shown.write(tracker.stdout());
      return shown.text;
    };
    const shows = async (text: string): Promise<void> => {
      for (let tries = 0; tries < 400 && !paper().endsWith(text); tries++) await pause(25);
      expect(paper().slice(-text.length)).toBe(text);
    };
    await shows('Type help for what can be asked here.\n>');
    const address = /rollcall client (\S+)/.exec(paper())?.[1] ?? '';
    tracker.type('disco');
    await shows('> disco');
    await share(address, 'dave');
    await shows('names=["dave.txt"]\n> disco');
    tracker.type('\t');
    await shows('> discover');
    tracker.type('da');
    await shows('> discover da');
    tracker.type('\t');
    await shows('> discover dave');
    tracker.type('\r');
    await shows('  - dave.txt\n>');
    tracker.type('ping Dave\r');
    await shows(' ms\n>');
    tracker.type('\u0004');
    await shows('INFO: closed');
    const shown = paper()
      .replaceAll(/\d+\.\d ms/g, '_ ms')
      .replaceAll(/127\.0\.0\.1:\d+/g, '_');
    expect(shown).toContain(
      [
        '> discover dave',
        "Files shared by 'dave':",
        '  - dave.txt',
        '> ping Dave',
        "Client 'dave' at _ is ACTIVE",
        '  control: _ ms',
        '  heartbeat: _ ms',
        '[',
      ].join('\n'),
    );
    expect(shown).toMatch(/INFO: ending signal=quit\n\[.*INFO: closed$/);
  });
});
