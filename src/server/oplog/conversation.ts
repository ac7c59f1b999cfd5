import type { Clock } from '../../base/clock.ts';
import { RollcallError } from '../../base/errors.ts';
import type { Stream } from '../../net/transport/transport.ts';
import { encodeOplogCall, OplogReplies, type OplogReply, oplogResults } from '../../net/wire/oncRpc/oplog.ts';
import { answerMs, maxUnanswered } from './limits.ts';
import type { CallQueue } from './queue.ts';

/** One connection to the log server, for as long as it goes well. */
export interface Conversation {
  /** Sends what there is to send. */
  wake(): void;
  /** Ends it. */
  close(): void;
  /** Settles when the connection is closed; rejects with why, unless all that was sent was answered. */
  readonly ended: Promise<void>;
}

export interface ConversationParts {
  stream: Stream;
  queue: CallQueue;
  clock: Clock;
  /** The server took a call. */
  taken(): void;
}

/** Calls go out without waiting for the answers to earlier ones; whatever is wrong with an answer ends the connection. */
export function converse({ stream, queue, clock, taken }: ConversationParts): Conversation {
  const replies = new OplogReplies();
  let deadline: Disposable | undefined;
  let over = false;
  let end: (why?: Error) => void = () => {};

  const ended = new Promise<void>((resolve, reject) => {
    end = (why) => {
      if (over) return;
      over = true;
      deadline?.[Symbol.dispose]();
      stream.destroy();
      if (why === undefined) resolve();
      else reject(why);
    };
  });

  /** From here on the server has its time to answer, if there is anything to answer. */
  const expect = (): void => {
    deadline?.[Symbol.dispose]();
    deadline = undefined;
    if (queue.underWay === 0) return;
    deadline = clock.after(answerMs, () => end(unreachable(`it does not answer within ${answerMs / 1000} s`)));
  };

  const send = (): void => {
    const records: Uint8Array[] = [];
    while (queue.underWay < maxUnanswered) {
      const next = queue.take();
      if (next === undefined) break;
      records.push(encodeOplogCall(next.xid, next.call));
    }
    if (records.length === 0) return;
    stream.write(Buffer.concat(records));
    if (deadline === undefined) expect();
  };

  const hear = (reply: OplogReply): void => {
    if ('failure' in reply) throw unreachable(reply.failure);
    if (reply.result !== oplogResults.appended) throw unreachable(`it could not write: its result is ${reply.result}`);
    if (!queue.taken(reply.xid)) throw unreachable('it answers what it was not asked');
    taken();
  };

  /** Whatever goes wrong in `act` ends the connection. */
  const guarded = (act: () => void): void => {
    if (over) return;
    try {
      act();
    } catch (error) {
      queue.distrust();
      end(error instanceof Error ? error : new Error(String(error)));
    }
  };

  const closed = (why: string): void => end(queue.underWay > 0 ? unreachable(why) : undefined);
  stream.open({
    data: (bytes) =>
      guarded(() => {
        const heard = replies.push(bytes);
        for (const reply of heard) hear(reply);
        if (heard.length === 0) return;
        expect();
        send();
      }),
    ended: () => closed('it ended the connection'),
    closed: (error) => closed(error?.message ?? 'it closed the connection'),
  });
  const wake = (): void => guarded(send);
  wake();
  return { wake, close: () => end(), ended };
}

const unreachable = (why: string): RollcallError => new RollcallError('unreachable', why);
