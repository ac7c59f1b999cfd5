import { setImmediate } from 'node:timers/promises';
import { type Clock, sleep } from '../../base/clock.ts';
import { asRollcallError, RollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { jitter, type Random } from '../../base/random.ts';
import type { Endpoint, Stream, Transport } from '../../net/transport/transport.ts';
import type { Trail } from '../trail/trail.ts';
import { type Conversation, converse } from './conversation.ts';
import { answerMs, backoffJitter, firstBackoffMs, lastCallsMs, longestBackoffMs } from './limits.ts';
import { CallQueue } from './queue.ts';
import { targetText } from './target.ts';

export interface OplogParts {
  target: Endpoint;
  trail: Pick<Trail, 'follow'>;
  transport: Pick<Transport, 'dialPlain'>;
  clock: Clock;
  random: Random;
  log: Log;
}

/**
 * Tells the log server every operation of the trail, in order and each at least once, from where it was left, until it is
 * disposed of; then the last calls have a second. Operations never wait for it: while the server is away, the trail keeps
 * what it is to be told.
 */
export function startOplog({ target, trail, transport, clock, random, log }: OplogParts): AsyncDisposable {
  const where = targetText(target);
  const abort = new AbortController();
  let conversation: Conversation | undefined;
  let waitsToTryAgain = false;
  /** Since the server took a call last. */
  let failures = 0;
  let warned = false;
  /** Those who wait until something happens, whatever it is. */
  const waiting = new Set<() => void>();

  const happened = (): void => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  const something = (): Promise<void> => new Promise((resolve) => waiting.add(resolve));

  const follower = trail.follow(where, () => {
    queue.woken();
    conversation?.wake();
    happened();
  });
  const queue = new CallQueue(follower);

  const dial = async (): Promise<Stream> => {
    const deadline = new AbortController();
    using _timer = clock.after(answerMs, () => {
      deadline.abort(new RollcallError('unreachable', `it cannot be reached within ${answerMs / 1000} s`));
    });
    return await transport.dialPlain(target, { signal: AbortSignal.any([abort.signal, deadline.signal]) });
  };

  const taken = (): void => {
    failures = 0;
    if (warned && queue.isDone) {
      warned = false;
      log.info({ oplog: where }, 'the operations log has every operation again');
    }
    happened();
  };

  const failed = async (error: unknown): Promise<void> => {
    const fields = { oplog: where, why: asRollcallError(error).message };
    if (warned) log.debug(fields, 'the operations log fails again');
    else log.warn(fields, 'the operations log fails: it is told later what is done meanwhile');
    warned = true;
    const backoffMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** failures);
    failures += 1;
    waitsToTryAgain = true;
    happened();
    await sleep(clock, Math.min(longestBackoffMs, jitter(backoffMs, backoffJitter, random)), abort.signal);
    waitsToTryAgain = false;
  };

  const talk = async (): Promise<void> => {
    while (queue.isDone) {
      await something();
      if (abort.signal.aborted) return;
    }
    const stream = await dial();
    if (abort.signal.aborted) return stream.destroy();
    conversation = converse({ stream, queue, clock, taken });
    await conversation.ended;
  };

  const run = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      try {
        await talk();
      } catch (error) {
        // Once aborted, nobody has to hear of it.
        if (!abort.signal.aborted) await failed(error).catch(() => undefined);
      }
      conversation = undefined;
      queue.rewind();
    }
  };
  const running = run();

  const isDone = (): boolean => {
    try {
      return queue.isDone;
    } catch {
      // The trail cannot be read, and will be when it is followed again.
      return true;
    }
  };

  return {
    async [Symbol.asyncDispose]() {
      // What was recorded in this turn is in the trail after it.
      await setImmediate();
      let late = false;
      const lastCalls = clock.after(lastCallsMs, () => {
        late = true;
        happened();
      });
      while (!late && !waitsToTryAgain && !isDone()) await something();
      lastCalls[Symbol.dispose]();
      abort.abort(new RollcallError('interrupted', 'the tracker ends'));
      conversation?.close();
      happened();
      await running;
      follower[Symbol.dispose]();
    },
  };
}
