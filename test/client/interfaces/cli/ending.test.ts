import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../src/base/errors.ts';
import { aborted, untilAborted } from '../../../../src/client/interfaces/cli/abort.ts';
import { drain } from '../../../../src/client/interfaces/cli/drain.ts';
import { pipeClosed, watchSignals } from '../../../../src/client/interfaces/cli/ending.ts';
import { fail } from '../../../../src/client/interfaces/cli/fail.ts';
import { openTerminal } from '../../../../src/client/interfaces/cli/terminal.ts';
import { FakeApp, FakeInput, FakeOutput, row, stage } from '../fakes.ts';

/** As much of a process as signals need. */
class FakeProcess extends EventEmitter {
  status: number | undefined;

  exit(status: number): void {
    this.status = status;
  }
}

describe('signals', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s ends cleanly, a second one at once', (signal) => {
    const process = new FakeProcess();
    const ending = watchSignals(process);
    process.emit(signal, signal);
    expect(ending.signal.reason).toMatchObject({ code: 'interrupted', message: `stopped by ${signal}` });
    expect(process.status).toBeUndefined();
    process.emit('SIGINT', 'SIGINT');
    expect(process.status).toBe(130);
  });

  it('an intercept takes one interrupt, and one alone', () => {
    const process = new FakeProcess();
    const ending = watchSignals(process);
    let taken = 0;
    const intercept = ending.intercept(() => {
      taken += 1;
    });
    process.emit('SIGINT', 'SIGINT');
    expect([taken, ending.signal.aborted]).toEqual([1, false]);
    process.emit('SIGINT', 'SIGINT');
    expect([taken, ending.signal.aborted]).toEqual([1, true]);
    intercept[Symbol.dispose]();
  });

  it('an intercept that is over takes nothing, and none takes SIGTERM', () => {
    for (const [over, signal] of [
      [true, 'SIGINT'],
      [false, 'SIGTERM'],
    ] as const) {
      const process = new FakeProcess();
      const ending = watchSignals(process);
      const intercept = ending.intercept(() => {});
      if (over) intercept[Symbol.dispose]();
      process.emit(signal, signal);
      expect(ending.signal.aborted).toBe(true);
    }
  });

  it('are let go of at the end', () => {
    const process = new FakeProcess();
    watchSignals(process)[Symbol.dispose]();
    expect(process.eventNames()).toEqual([]);
  });
});

describe('a reader that goes away', () => {
  it('ends the run quietly', () => {
    const streams = { stdin: new FakeInput(), stdout: new FakeOutput(), stderr: new FakeOutput() };
    const terminal = openTerminal(streams, { json: false, quiet: false, color: false, env: {} });
    const ending = watchSignals(new FakeProcess());
    ending.closePipe();
    expect(fail(new Error('EPIPE'), terminal, { verbose: false, ending: ending.signal })).toBe(0);
    expect(streams.stderr.text).toBe('');
    expect(ending.signal.reason).toBe(pipeClosed);
  });

  it('is seen by its error on stdout', async () => {
    let closed = 0;
    const app = Object.assign(new FakeApp(), { rows: [row('a.txt', 'Bob')] });
    const ending = {
      signal: new AbortController().signal,
      intercept: () => ({ [Symbol.dispose]() {} }),
      [Symbol.dispose]() {},
    };
    const closePipe = (): void => {
      closed += 1;
    };
    const { facade } = app;
    const run = stage(['ls'], {
      watchEnd: () => ({ ...ending, closePipe }),
      facade: async () => {
        run.stdout.emit('error', new Error('EPIPE'));
        run.stderr.emit('error', new Error('EPIPE'));
        return facade;
      },
    });
    expect(await run.status).toBe(0);
    expect(closed).toBe(1);
  });
});

describe('waiting', () => {
  it('ends by the abort, with its reason, and leaves no listener behind', async () => {
    const { signal, abort } = controlled();
    const waiting = untilAborted(signal, new Promise(() => {}));
    abort(new RollcallError('interrupted', 'stop'));
    await expect(waiting).rejects.toMatchObject({ message: 'stop' });
    await expect(untilAborted(signal, new Promise(() => {}))).rejects.toMatchObject({ message: 'stop' });
    await expect(aborted(signal)).resolves.toBeUndefined();
  });

  it('ends by the work where that is first', async () => {
    const { signal } = controlled();
    expect(await untilAborted(signal, Promise.resolve(7))).toBe(7);
    await expect(untilAborted(signal, Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});

const controlled = () => {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason: unknown) => controller.abort(reason) };
};

describe('drain', () => {
  it('waits until all is written, and not for a stream that is gone', async () => {
    const done: string[] = [];
    const slow = new FakeOutput();
    slow._write = (_chunk, _encoding, next) => {
      setImmediate(() => {
        done.push('written');
        next();
      });
    };
    const gone = new FakeOutput();
    gone.destroy();
    slow.write('x');
    await drain(slow, gone);
    expect(done).toEqual(['written', 'written']);
  });
});
