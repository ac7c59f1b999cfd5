import { type ChildProcess, fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Our own program, as a user would start it. */
export const program: string = `${process.cwd()}/dist/main.js`;

const silenceLimitMs = 300_000;

export interface Running extends AsyncDisposable {
  readonly process: ChildProcess;
  /** What its first line of JSON with that `event` says. @throws where it ends before, or after `limitMs` */
  event(name: string, limitMs?: number): Promise<Record<string, unknown>>;
  /** Resolves when it is over, with its exit status, or nothing where a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Largest resident memory so far, bytes; nothing where the system does not tell. */
  peakBytes(): number | undefined;
}

/** Starts a program that stays; it is ended by SIGTERM, and by SIGKILL 5 s later. */
export function start(command: string, args: string[]): Running {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', (status) => resolve(status)));
  const lines: Record<string, unknown>[] = [];
  const waiting = new Map<string, (line: Record<string, unknown>) => void>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    if (!text.startsWith('{')) return;
    const line = JSON.parse(text) as Record<string, unknown>;
    lines.push(line);
    waiting.get(String(line['event']))?.(line);
  });
  return {
    process: child,
    ended,
    event(name, limitMs = silenceLimitMs) {
      const known = lines.find((line) => line['event'] === name);
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve, reject) => {
        const fail = (how: string): void => {
          clearTimeout(timer);
          reject(new Error(`${args.join(' ')} ${how} before it said "${name}": ${errors.join('')}`));
        };
        const timer = setTimeout(() => fail(`took more than ${limitMs} ms`), limitMs);
        waiting.set(name, (line) => {
          clearTimeout(timer);
          resolve(line);
        });
        void ended.then(() => fail('ended'));
      });
    },
    peakBytes: () => peakBytes(child.pid),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(force);
    },
  };
}

/** A file of the bench in a process of its own, which talks to this one by messages. */
export function benchProcess(file: string, args: string[], execArgv: string[] = []): ChildProcess {
  return fork(new URL(file, import.meta.url), args, { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

/** The next message of such a process. @throws where it ends or is silent for five minutes */
export function said<T>(from: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('a process of the bench was silent')), silenceLimitMs);
    from.once('message', (message) => {
      clearTimeout(timer);
      resolve(message as T);
    });
    from.once('exit', (status) => reject(new Error(`a process of the bench ended with ${status}`)));
  });
}

/** A tracker of ours on a port that the system chooses, with its data in `folder`. */
export async function startTracker(folder: string): Promise<Running & { address: string }> {
  const at = ['--host', '127.0.0.1', '--port', '0', '--data', join(folder, 'tracker')];
  const tracker = start('node', [program, 'server', ...at, '--json']);
  const { port } = await tracker.event('ready');
  return Object.assign(tracker, { address: `127.0.0.1:${port}` });
}

/** Runs a program to its end. @throws where it fails, or takes longer than `limitMs` */
export function run(
  command: string,
  args: string[],
  limitMs = 120_000,
): Promise<{ seconds: number; output: string; peakBytes: number | undefined }> {
  return new Promise((resolve, reject) => {
    const before = performance.now();
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs });
    let output = '';
    let errors = '';
    let peak: number | undefined;
    const watch = setInterval(() => {
      peak = peakBytes(child.pid) ?? peak;
    }, 20);
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (status) => {
      clearInterval(watch);
      const seconds = (performance.now() - before) / 1000;
      if (status === 0) resolve({ seconds, output, peakBytes: peak });
      else reject(new Error(`${command} ${args.join(' ')} ended with ${status}: ${errors}${output}`));
    });
  });
}

function peakBytes(pid: number | undefined): number | undefined {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match === null ? undefined : Number(match[1]) * 1024;
  } catch {
    // The process is gone, or the system has no /proc.
    return undefined;
  }
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/** True where the program can be started at all. */
export const available = (command: string): Promise<boolean> => succeeds('sh', ['-c', `command -v ${command}`]);

/** True where a quick command ends well. */
export function succeeds(command: string, args: string[]): Promise<boolean> {
  return run(command, args, 5000).then(
    () => true,
    () => false,
  );
}
