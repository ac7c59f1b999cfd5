import { asRollcallError, RollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { safeText } from '../../base/safeText.ts';
import type { Operator } from '../brain/operator.ts';
import { answer } from './answers.ts';
import type { Face } from './face.ts';
import { type Request, readRequest } from './requests.ts';

/** The operator's console: takes a line at a time and answers it, until it is disposed of or its input ends. */
export interface Console extends Disposable {
  /** Ends the answer that is being given; false where none is. */
  stop(): boolean;
  /** Settles once the last line is answered; never fails. */
  readonly over: Promise<void>;
}

export interface ConsoleParts {
  operator: Operator;
  face: Face;
  /** The operator wants the tracker to end. */
  quit(): void;
  /** The last line is answered, and no other will come. */
  ended(): void;
  log: Log;
}

export function createConsole({ operator, face, quit, ended, log }: ConsoleParts): Console {
  let answering: AbortController | undefined;
  let closed = false;

  const give = async (request: Request): Promise<void> => {
    const stopped = new AbortController();
    answering = stopped;
    try {
      for await (const lines of answer(request, operator, stopped.signal)) {
        if (lines.length > 0) await face.write(`${lines.map(safeText).join('\n')}\n`);
        stopped.signal.throwIfAborted();
      }
    } catch (thrown) {
      if (!stopped.signal.aborted) throw thrown;
      if (!closed) await face.write('Stopped.\n');
    } finally {
      answering = undefined;
    }
  };

  /** What the line asked for, once it is answered. */
  const take = async (line: string): Promise<Request | undefined> => {
    try {
      const request = readRequest(line);
      if (request !== undefined) await give(request);
      return request;
    } catch (thrown) {
      const error = asRollcallError(thrown);
      if (error.code === 'fault') log.error({ why: error.message }, "an operator's command failed");
      await face.write(`${safeText(error.message)}\n`);
      return undefined;
    }
  };

  const serve = async (): Promise<void> => {
    for await (const line of face.lines) {
      face.busy(true);
      const request = await take(line);
      if (request?.verb === 'quit') return quit();
      face.busy(false);
    }
    if (!closed) ended();
  };

  return {
    stop() {
      answering?.abort(new RollcallError('interrupted', 'stopped'));
      return answering !== undefined;
    },
    over: serve().catch((error: unknown) => {
      // The terminal is gone, or broke: the tracker serves on without an operator.
      log.warn({ why: asRollcallError(error).message }, "the operator's console is closed");
    }),
    [Symbol.dispose]() {
      closed = true;
      answering?.abort(new RollcallError('interrupted', 'the console is closed'));
      face[Symbol.dispose]();
    },
  };
}
