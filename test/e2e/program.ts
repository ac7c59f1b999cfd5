import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The program as it is installed: the tests are built before they run, here or into the folder that the variable names. */
export const program: string = join(resolve(process.env['ROLLCALL_BUILD'] ?? 'dist'), 'main.js');

export type Line = Record<string, unknown>;

/** One process of ours, with what it has said. */
export interface Started extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The first JSON line on stdout that fits; rejects when the process ends without it, or after `ms`. */
  line(fits: (line: Line) => boolean, ms?: number): Promise<Line>;
  /** Resolves with the first moment that stdout contains `text`. */
  says(text: string | RegExp, ms?: number): Promise<void>;
  type(text: string): void;
  /** The exit status, or the signal that ended it. */
  ended(ms?: number): Promise<number | NodeJS.Signals | null>;
}

const patience = 30_000;

/**
 * `before` is a command that starts the program in its own surroundings. No tracker is looked for or announced by
 * multicast, unless the environment says so: a test is no business of the network that it runs in.
 */
export function start(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  before: readonly string[] = [],
): Started {
  const [command = '', ...rest] = [...before, process.execPath, program, ...args];
  const child = spawn(command, rest, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NO_COLOR: '1',
      ROLLCALL_SERVER: '',
      ROLLCALL_USER: '',
      ROLLCALL_DISCOVERY: 'false',
      ...environment,
    },
  });
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  const changed = (): void => {
    for (const look of watchers) look();
  };
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    changed();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    changed();
  });
  let over = false;
  child.once('close', () => {
    over = true;
    changed();
  });

  const until = <T>(what: string, look: () => T | undefined, ms: number): Promise<T> =>
    new Promise((resolve, reject) => {
      const finish = (act: () => void): void => {
        watchers.delete(check);
        clearTimeout(deadline);
        act();
      };
      const check = (): void => {
        const found = look();
        if (found !== undefined) finish(() => resolve(found));
        else if (over) finish(() => reject(new Error(`"${args.join(' ')}" ended before ${what}:\n${stdout}${stderr}`)));
      };
      const deadline = setTimeout(
        () => finish(() => reject(new Error(`"${args.join(' ')}": no ${what} in ${ms} ms:\n${stdout}${stderr}`))),
        ms,
      );
      watchers.add(check);
      check();
    });

  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    line: (fits, ms = patience) => until('such a line', () => lines(stdout).find(fits), ms),
    says: async (text, ms = patience) => {
      const said = (): true | undefined => (stdout.search(text) !== -1 ? true : undefined);
      await until(String(text), typeof text === 'string' ? () => (stdout.includes(text) ? true : undefined) : said, ms);
    },
    type: (text) => void child.stdin.write(text),
    ended: (ms = patience) =>
      until('end', () => (over ? { status: child.exitCode ?? child.signalCode } : undefined), ms).then(
        ({ status }) => status,
      ),
    async [Symbol.asyncDispose]() {
      if (over) return;
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 5000);
      await until('end', () => (over ? true : undefined), 10_000).catch(() => undefined);
      clearTimeout(force);
    },
  };
}

/** The JSON lines of what a process has printed. */
export const lines = (stdout: string): Line[] =>
  stdout
    .split('\n')
    .filter((text) => text.startsWith('{') && text.endsWith('}'))
    .map((text) => JSON.parse(text) as Line);

/** Runs a command to its end. */
export async function rollcall(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  before: readonly string[] = [],
): Promise<{ status: number | NodeJS.Signals | null; stdout: string; stderr: string; lines: Line[] }> {
  await using started = start(args, environment, before);
  started.child.stdin?.end();
  const status = await started.ended();
  return { status, stdout: started.stdout(), stderr: started.stderr(), lines: lines(started.stdout()) };
}

/** A folder of its own for one test file. */
export function temporaryFolder(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'rollcall-e2e-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A tracker on loopback with short times, so that a death is noticed within a test's patience. */
export async function startTracker(folder: string, ...more: string[]): Promise<Started & { address: string }> {
  const tracker = start([
    'server',
    '--host',
    '127.0.0.1',
    '--port',
    '0',
    '--data',
    join(folder, 'tracker'),
    '--json',
    ...more,
  ]);
  const ready = await tracker.line((line) => line['event'] === 'ready');
  return Object.assign(tracker, { address: `127.0.0.1:${ready['port']}` });
}
