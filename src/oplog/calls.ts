import { hash } from 'node:crypto';
import { unreachable } from '../base/errors.ts';
import { encodeRpcReply } from '../net/wire/oncRpc/message.ts';
import { decodeOplogRequest, encodeOplogNothing, encodeOplogResult, oplogResults } from '../net/wire/oncRpc/oplog.ts';
import { logLine } from './line.ts';
import type { Once } from './once.ts';

/** Whose call it is. */
export interface Sender {
  /** What a call that is sent again has in common with the first: an address, over UDP with the port. */
  place: string;
  /** Over TCP, its number. */
  connection?: number | undefined;
}

/**
 * Does what a message asks, and replies once, at once or later.
 * @throws RollcallError `bad-message` where it is no call, and there will be no reply
 */
export type TakeCall = (message: Uint8Array, sender: Sender, reply: (message: Uint8Array) => void) => void;

/** The calls of the log: in, bytes of a message; out, lines. */
export function takeCalls(once: Once): TakeCall {
  return (message, { place, connection }, reply) => {
    const request = decodeOplogRequest(message);
    switch (request.asks) {
      case 'append': {
        const key = `${place} ${hash('sha256', message, 'base64')}`;
        once.append({ key, connection, line: logLine(request.call) }, (written) => {
          reply(encodeOplogResult(request.xid, written ? oplogResults.appended : oplogResults.failed));
        });
        break;
      }
      case 'nothing':
        reply(encodeOplogNothing(request.xid));
        break;
      case 'refused':
        reply(encodeRpcReply(request.reply));
        break;
      default:
        unreachable(request);
    }
  };
}
