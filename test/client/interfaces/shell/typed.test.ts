import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choice, FakeApp, FakeInput, FakeOutput, owner, type Stage, shows, stage, userRow } from '../fakes.ts';

const ctrlC = '\u0003';
const ctrlD = '\u0004';
const up = '\u001b[A';
const bob = owner('Bob', '192.168.1.200', 55211);

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'rollcall-shell-'));
});
afterAll(() => rm(home, { recursive: true }));

type Typed = Stage & { stdout: FakeOutput; stderr: FakeOutput };

/** Runs the shell at a terminal as Carol, up to its first prompt. */
async function atPrompt(app = new FakeApp()): Promise<Typed> {
  const run = stage(['shell', 'lab', 'Carol', '--home', home], {
    app,
    stdin: new FakeInput(true),
    stdout: new FakeOutput(true),
    stderr: new FakeOutput(true),
  });
  await prompts(run, 1);
  return run;
}

const prompts = ({ stdout }: Typed, times: number): Promise<void> => shows(stdout, 'c> ', times);

describe('the shell at a terminal', () => {
  it('shows the prompt after what came of connecting, and leaves by Ctrl-D', async () => {
    const run = await atPrompt();
    expect(run.stdout.plain).toBe('CONNECT OK\nc> ');
    run.stdin.write(ctrlD);
    expect(await run.status).toBe(0);
    expect(run.app.disposed).toBe(1);
    expect(run.stdout.plain).toMatch(/c> \n$/);
  });

  it('prompts again after each verb', async () => {
    const run = await atPrompt(Object.assign(new FakeApp(), { userRows: [userRow('Bob')] }));
    run.stdin.write('LIST_USERS\r');
    await prompts(run, 2);
    expect(run.stdout.plain).toContain('LIST_USERS OK\nBob 192.168.1.200 55211\nc> ');
    run.stdin.write('quit\r');
    expect(await run.status).toBe(0);
  });

  it('asks for a second Ctrl-C before it leaves', async () => {
    const run = await atPrompt();
    run.stdin.write(ctrlC);
    await shows(run.stderr, 'Press Ctrl-C again to leave.');
    run.stdin.write(ctrlC);
    expect(await run.status).toBe(0);
  });

  it('gives up a line that was begun by Ctrl-C, and counts that not', async () => {
    const run = await atPrompt();
    run.stdin.write('LIST_US');
    await shows(run.stdout, 'LIST_US');
    run.stdin.write(ctrlC);
    await prompts(run, 2);
    run.stdin.write(ctrlC);
    await shows(run.stderr, 'Press Ctrl-C again to leave.');
    run.stdin.write('list\r');
    await shows(run.stdout, 'LIST_CLIENTS_OK');
    run.stdin.write(ctrlC);
    await shows(run.stderr, 'Press Ctrl-C again to leave.', 2);
    run.stdin.write(ctrlC);
    expect(await run.status).toBe(0);
  });

  it('stops a verb by Ctrl-C, and leaves by a second one', async () => {
    const app = Object.assign(new FakeApp(), { found: [choice('a', 12, bob)] });
    let isStopped = false;
    let begun = (): void => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    app.downloadWith = (_choice, _first, { signal }) =>
      new Promise((_, reject) => {
        begun();
        signal.addEventListener('abort', () => {
          isStopped = true;
          reject(signal.reason);
        });
      });
    const run = await atPrompt(app);
    run.stdin.write('GET_FILE Bob test.txt x\r');
    await running;
    run.stdin.write(ctrlC);
    await shows(run.stdout, 'GET_FILE FAIL');
    expect(isStopped).toBe(true);
    await prompts(run, 2);
    run.stdin.write(ctrlC);
    expect(await run.status).toBe(0);
  });

  it('does what was typed ahead in turn', async () => {
    const run = await atPrompt();
    run.stdin.write('PUBLISH a b\rlist\rquit\r');
    expect(await run.status).toBe(0);
    expect(run.stdout.plain).toMatch(/PUBLISH OK.*LIST_CLIENTS_OK/s);
  });

  it('tells news above the prompt, and keeps what was typed', async () => {
    const run = await atPrompt();
    run.stdin.write('LIST_US');
    await shows(run.stdout, 'LIST_US');
    run.app.tell({ event: 'lost', why: 'the connection broke', retryMs: 1000 });
    expect(run.stderr.plain).toContain('Lost the tracker: the connection broke');
    expect(run.stdout.plain).toMatch(/c> LIST_US$/);
    run.stdin.write('ERS\r');
    await shows(run.stdout, 'LIST_USERS OK');
    run.stdin.write(ctrlD);
    expect(await run.status).toBe(0);
  });

  it('completes a verb at the Tab key', async () => {
    const run = await atPrompt();
    run.stdin.write('LIST_U');
    await shows(run.stdout, 'LIST_U');
    run.stdin.write('\t');
    await shows(run.stdout, 'SERS ');
    run.stdin.write('\r');
    await shows(run.stdout, 'LIST_USERS OK');
    run.stdin.write(ctrlD);
    expect(await run.status).toBe(0);
  });

  it('remembers in the next shell what was typed in this one', async () => {
    const first = await atPrompt();
    first.stdin.write('LIST_CONTENT Carol\rquit\r');
    expect(await first.status).toBe(0);
    expect(await readFile(join(home, 'shell_history'), 'utf8')).toMatch(/LIST_CONTENT Carol\nquit\n$/);
    const second = await atPrompt();
    second.stdin.write(up);
    await shows(second.stdout, 'quit');
    second.stdin.write(up);
    await shows(second.stdout, 'LIST_CONTENT Carol');
    second.stdin.write(`\r${ctrlD}`);
    expect(await second.status).toBe(0);
    expect(second.stdout.plain).toContain('LIST_CONTENT OK');
  });
});
