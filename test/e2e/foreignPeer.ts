import { execFile, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Programs that were written from the older systems' own descriptions, and share nothing with ours. */
const folder = join('test', 'e2e', 'foreign');

export const pythonIsHere: boolean = spawnSync('python3', ['--version'], { stdio: 'ignore' }).status === 0;
if (!pythonIsHere) console.warn('python3 is not installed: no foreign program takes part');

const patienceMs = 20_000;

/** One that runs, and does what it is told. */
export interface ForeignPeer extends AsyncDisposable {
  /** What it printed before it took commands, a line each. */
  readonly greeting: readonly string[];
  /** What it prints to a command. */
  tell(command: string): Promise<string>;
  /** It dies without a word to anybody. */
  kill(): void;
}

/** Starts one, and returns once it takes commands. */
export async function startForeign(script: string, ...args: string[]): Promise<ForeignPeer> {
  const child = spawn('python3', ['-uB', join(folder, script), ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const untilDot = async (): Promise<string[]> => {
    const printed: string[] = [];
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${script} ${args.join(' ')} ended:\n${printed.join('\n')}\n${errors}`);
      if (value === '.') return printed;
      printed.push(value);
    }
  };
  const inTime = (work: Promise<string[]>, what: string): Promise<string[]> => {
    const late = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    const said = work.catch((error: unknown) => Promise.reject(new Error(`${what}: ${String(error)}`)));
    return said.finally(() => clearTimeout(late));
  };
  /** One command after another. */
  let turn: Promise<unknown> = Promise.resolve();
  return {
    greeting: await inTime(untilDot(), 'start'),
    tell(command) {
      const told = turn.then(() => {
        child.stdin.write(`${command}\n`);
        return inTime(untilDot(), command);
      });
      turn = told.catch(() => undefined);
      return told.then((printed) => printed.join('\n'));
    },
    kill: () => void child.kill('SIGKILL'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs one to its end; returns the last line that it printed, which is JSON. */
export function runForeign<T>(script: string, ...args: string[]): Promise<T> {
  return new Promise((resolve, reject) => {
    execFile('python3', ['-B', join(folder, script), ...args], { timeout: 2 * patienceMs }, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T);
      else reject(new Error(`${error.message}\n${stderr}`));
    });
  });
}
