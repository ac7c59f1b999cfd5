import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../src/base/errors.ts';
import { choice, FakeApp, FakeInput, FakeOutput, owner, row, type Stage, shows, stage } from '../fakes.ts';

const ctrlC = '\u0003';
const ctrlD = '\u0004';
const bob = owner('Bob', '192.168.1.200', 55211);
const downloads = (): FakeApp =>
  Object.assign(new FakeApp(), { rows: [row('test.txt', 'Bob')], found: [choice('a', 12, bob)] });

/** Runs the menu at a terminal, up to its first question. */
async function atMenu(app = new FakeApp()): Promise<Stage & { stdout: FakeOutput }> {
  const run = stage(['client', 'lab', 'Carol', '--share', tmpdir()], {
    app,
    stdin: new FakeInput(true),
    stdout: new FakeOutput(true),
    stderr: new FakeOutput(true),
  });
  await asked(run, 'Select an option: ');
  return run;
}

/** Waits for a question, and a little for inquirer to listen. */
async function asked({ stdout }: Pick<Stage, 'stdout'>, question: string, times = 1): Promise<void> {
  await shows(stdout, question, times);
  for (let turn = 0; turn < 5; turn++) await new Promise((next) => setImmediate(next));
}

/** What stays on the screen: the prompts that inquirer draws while somebody types are erased, and asked lines printed. */
const kept = ({ stdout }: Pick<Stage, 'stdout'>): string[] => {
  const lines: string[] = [];
  for (const line of stdout.text.split('\n')) {
    // An erased line starts anew after the last erasing.
    lines.push(
      line
        .split(/\u001b\[2K|\u001b\[G|\u001b\[1G/)
        .at(-1)
        ?.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '') ?? '',
    );
  }
  return lines;
};

describe('the menu at a terminal', () => {
  it('asks with the bare classic question and leaves the answer in the classic place', async () => {
    const run = await atMenu();
    expect(run.stdout.plain).toMatch(/5\. Exit\nSelect an option: $/);
    run.stdin.write('5\r');
    expect(await run.status).toBe(0);
    expect(kept(run)).toContain('Select an option: 5');
    expect(run.stdout.plain).not.toContain('?');
    expect(run.app.disposed).toBe(1);
  });

  it('goes back to the menu by Ctrl-C in a question, and leaves by two in a row', async () => {
    const run = await atMenu(downloads());
    run.stdin.write('4\r');
    await asked(run, 'Enter the name of the resource to download: ');
    run.stdin.write(ctrlC);
    await asked(run, '--- MENU ---', 2);
    await asked(run, 'Select an option: ', 3);
    run.stdin.write(ctrlC);
    expect(await run.status).toBe(0);
    expect(run.app.disposed).toBe(1);
  });

  it('asks for a second Ctrl-C at the menu, and forgets the first once something is chosen', async () => {
    const run = await atMenu();
    run.stdin.write(ctrlC);
    await shows(run.stdout, 'Press Ctrl-C again to leave.');
    await asked(run, '5. Exit', 2);
    await asked(run, 'Select an option: ', 3);
    run.stdin.write('2\r');
    await shows(run.stdout, 'No resources available.');
    await asked(run, '5. Exit', 3);
    await asked(run, 'Select an option: ', 4);
    run.stdin.write(ctrlC);
    await shows(run.stdout, 'Press Ctrl-C again to leave.', 2);
    await asked(run, '5. Exit', 4);
    await asked(run, 'Select an option: ', 6);
    run.stdin.write(ctrlC);
    expect(await run.status).toBe(0);
  });

  it('leaves by Ctrl-D', async () => {
    const run = await atMenu();
    run.stdin.write(ctrlD);
    expect(await run.status).toBe(0);
    expect(run.app.disposed).toBe(1);
  });

  it('stops a download by Ctrl-C and goes on', async () => {
    const app = downloads();
    const run = await atMenu(app);
    app.downloadWith = (_choice, _first, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new RollcallError('unfinished', 'half of it is here')));
        run.ending.interrupt();
      });
    run.stdin.write('4\r');
    await asked(run, 'Enter the name of the resource to download: ');
    run.stdin.write('test.txt\r');
    await shows(run.stdout, 'half of it is here');
    await asked(run, '5. Exit', 2);
    expect(run.ending.signal.aborted).toBe(false);
    await asked(run, 'Select an option: ', 3);
    run.stdin.write('5\r');
    expect(await run.status).toBe(0);
  });

  it('stops a question to a tracker that does not answer', async () => {
    const app = new FakeApp();
    const run = await atMenu(app);
    app.beforeRows = () => {
      run.ending.interrupt();
      return new Promise(() => {});
    };
    run.stdin.write('2\r');
    await shows(run.stdout, 'Stopped.');
    await asked(run, '5. Exit', 2);
    await asked(run, 'Select an option: ', 3);
    run.stdin.write('5\r');
    expect(await run.status).toBe(0);
  });

  it('prints what happens meanwhile above the question, and keeps what was typed', async () => {
    const run = await atMenu();
    run.stdin.write('2');
    await shows(run.stdout, 'Select an option: 2');
    run.app.tell({ event: 'lost', why: 'it does not answer', retryMs: 2000 });
    run.app.tell({ event: 'reach', reachable: false, reason: 'a wall' });
    await shows(run.stdout, 'a wall');
    await asked(run, 'Select an option: 2', 2);
    const lines = kept(run);
    expect(lines).toContain('Lost the tracker: it does not answer. Trying again in 2.0 s; downloads go on.');
    expect(lines.at(-1)).toContain('Select an option: 2');
    run.stdin.write('\r');
    await shows(run.stdout, 'No resources available.');
    await asked(run, '5. Exit', 2);
    await asked(run, 'Select an option: ', 5);
    run.stdin.write('5\r');
    expect(await run.status).toBe(0);
  });

  it('takes what was changed after a line was printed', async () => {
    const run = await atMenu();
    run.stdin.write('2');
    await shows(run.stdout, 'Select an option: 2');
    run.app.tell({ event: 'reach', reachable: false, reason: 'a wall' });
    await shows(run.stdout, 'a wall');
    await asked(run, 'Select an option: 2', 2);
    run.stdin.write('\u007f');
    run.stdin.write('\r');
    await shows(run.stdout, 'Invalid choice. Please try again.');
    await asked(run, '5. Exit', 2);
    await asked(run, 'Select an option: ', 5);
    run.stdin.write('5\r');
    expect(await run.status).toBe(0);
  });

  it.each([
    ['Enter your user name: ', ['client', 'lab']],
    ['Enter the path to the sharing folder: ', ['client', 'lab', 'Carol']],
  ])('ends with 130 by Ctrl-C, and with 0 by Ctrl-D, before it has joined: %s', async (question, argv) => {
    for (const [key, status] of [
      [ctrlC, 130],
      [ctrlD, 0],
    ] as const) {
      const stdin = new FakeInput(true);
      const run = stage(argv, { stdin, stdout: new FakeOutput(true), stderr: new FakeOutput(true) });
      await asked(run, question);
      stdin.write(key);
      expect(await run.status).toBe(status);
      expect(run.app.calls).toEqual([]);
    }
  });

  it('ends with 130 when a signal comes while a question stands', async () => {
    const run = await atMenu();
    run.ending.interrupt();
    expect(await run.status).toBe(130);
    expect(run.app.disposed).toBe(1);
  });
});
