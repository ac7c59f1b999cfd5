import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { RollcallError } from '../../../../base/errors.ts';
import { untilAborted } from '../abort.ts';

/** How to start this program again. */
export interface Program {
  execPath: string;
  main: string;
  env: NodeJS.ProcessEnv;
}

/** A line of `--json`. */
export type Line = Record<string, unknown>;

/** A process of this program that goes on until it is stopped. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** The next line with this `event`; earlier ones are passed over. */
  next(event: string): Promise<Line>;
  /** Ends it with no time for a goodbye. */
  kill(): Promise<void>;
}

/** What a process that ended by itself came to. */
export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Time for a process to end after it was asked to, milliseconds; then it is killed. */
const endMs = 5000;

function start({ execPath, main, env }: Program, args: readonly string[]) {
  const own = Object.entries(env).filter(([name]) => !name.startsWith('ROLLCALL_'));
  return spawn(execPath, [main, ...args], {
    env: { ...Object.fromEntries(own), NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export function startChild(program: Program, args: readonly string[], signal: AbortSignal): Child {
  const child = start(program, args);
  const stderr = collect(child.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? 0,
    async next(event) {
      for (;;) {
        const line = await untilAborted(signal, lines.next());
        if (line.done) throw new RollcallError('fault', `"rollcall ${args[0]}" ended too early: ${stderr().trim()}`);
        const told: Line = JSON.parse(line.value);
        if (told['event'] === event) return told;
      }
    },
    kill: () => end(child, 'SIGKILL'),
    [Symbol.asyncDispose]: () => end(child, 'SIGTERM'),
  };
}

/** Runs a command to its end. */
export async function runToEnd(program: Program, args: readonly string[], signal: AbortSignal): Promise<Ended> {
  const child = start(program, args);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  try {
    const [status] = await untilAborted(signal, once(child, 'close'));
    return { status, stdout: stdout(), stderr: stderr() };
  } finally {
    await end(child, 'SIGKILL');
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return () => text;
}

async function end(child: ChildProcess, how: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(how);
  const hurry = setTimeout(() => child.kill('SIGKILL'), endMs);
  await gone;
  clearTimeout(hurry);
}
