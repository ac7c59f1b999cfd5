import { RollcallError } from '../../../base/errors.ts';
import { decodeRpcCall, decodeRpcReply, encodeRpcCall, encodeRpcReply, type RpcReply } from './message.ts';
import { encodeRecord, maxRecordBytes, RecordReader } from './records.ts';
import { XdrReader, XdrWriter } from './xdr.ts';

/** The operations log as an RPC program; `src/oplog/oplog.x` says the same to rpcgen. */
export const oplogProgram = 0x3123_4567;
export const oplogVersion = 1;
const procedures = { nothing: 0, append: 1 } as const;

/** Longest user, operation and date, bytes. The parameter's limit is the record's. */
export const maxOplogWordBytes = 256;

/** One operation of a user, in the log's words. */
export interface OplogCall {
  user: string;
  /** `PUBLISH`, `LIST_USERS`, … */
  operation: string;
  /** What it was about; empty where it was about nothing. */
  parameter: string;
  /** `dd/mm/yyyy hh:mm:ss` */
  date: string;
}

/** What the log server answers to a call that it understood. */
export const oplogResults = { appended: 0, failed: 1 } as const;

/**
 * A call as it goes over TCP, its record mark included.
 * @throws RollcallError `limit` where a word is longer than 256 bytes, or all of it than 64 KiB
 */
export function encodeOplogCall(xid: number, { user, operation, parameter, date }: OplogCall): Uint8Array {
  const args = new XdrWriter()
    .string(user, maxOplogWordBytes)
    .string(operation, maxOplogWordBytes)
    .string(parameter, maxRecordBytes)
    .string(date, maxOplogWordBytes)
    .bytes();
  const header = { xid, program: oplogProgram, version: oplogVersion };
  return encodeRecord(encodeRpcCall({ ...header, procedure: procedures.append, args }));
}

export type OplogReply = { xid: number; result: number } | { xid: number; failure: string };

/** What a log server sends over TCP, cut into replies. Holds bytes, never a socket. */
export class OplogReplies {
  readonly #records = new RecordReader();

  /**
   * The replies that `chunk` completes. A `result` of 0 says that the line is in the log; a `failure` is why the server did
   * not take the call, for a person.
   * @throws RollcallError `bad-message` or `limit` where these are no replies; the stream is lost then, with the replies of
   * this chunk
   */
  push(chunk: Uint8Array): OplogReply[] {
    return this.#records.push(chunk).map(decodeOplogReply);
  }
}

function decodeOplogReply(message: Uint8Array): OplogReply {
  const reply = decodeRpcReply(message);
  const { xid } = reply;
  if (reply.status !== 'success') return { xid, failure: `the log server answers: ${said(reply)}` };
  const result = new XdrReader(reply.result);
  const value = result.int();
  result.end();
  return { xid, result: value };
}

function said(reply: RpcReply): string {
  switch (reply.status) {
    case 'program-mismatch':
    case 'rpc-mismatch':
      return `${reply.status}, it speaks versions ${reply.low} to ${reply.high}`;
    case 'auth-error':
      return `auth-error ${reply.why}`;
    default:
      return reply.status;
  }
}

/** What a caller of the log server asks. */
export type OplogRequest =
  | { asks: 'append'; xid: number; call: OplogCall }
  /** Procedure 0, by which programs find out whether a server lives. */
  | { asks: 'nothing'; xid: number }
  /** To be answered so; there is nothing else to do. */
  | { asks: 'refused'; reply: RpcReply };

/** @throws RollcallError `bad-message` where it is no call at all, and there is nobody to answer */
export function decodeOplogRequest(message: Uint8Array): OplogRequest {
  const decoded = decodeRpcCall(message);
  if ('denied' in decoded) return { asks: 'refused', reply: decoded.denied };
  const { xid, program, version, procedure, args } = decoded.call;
  const refuse = (reply: RpcReply): OplogRequest => ({ asks: 'refused', reply });
  if (program !== oplogProgram) return refuse({ xid, status: 'program-unavailable' });
  if (version !== oplogVersion) {
    return refuse({ xid, status: 'program-mismatch', low: oplogVersion, high: oplogVersion });
  }
  switch (procedure) {
    case procedures.nothing:
      return { asks: 'nothing', xid };
    case procedures.append: {
      const call = decodeArguments(args);
      return call === undefined ? refuse({ xid, status: 'garbage-arguments' }) : { asks: 'append', xid, call };
    }
    default:
      return refuse({ xid, status: 'procedure-unavailable' });
  }
}

function decodeArguments(args: Uint8Array): OplogCall | undefined {
  try {
    const reader = new XdrReader(args);
    const [user, operation] = [reader.string(maxOplogWordBytes), reader.string(maxOplogWordBytes)];
    const parameter = reader.string(maxRecordBytes);
    const date = reader.string(maxOplogWordBytes);
    reader.end();
    return { user, operation, parameter, date };
  } catch (error) {
    if (error instanceof RollcallError) return undefined;
    throw error;
  }
}

const nothing = new Uint8Array(0);

/** The answer to procedure 0. */
export const encodeOplogNothing = (xid: number): Uint8Array =>
  encodeRpcReply({ xid, status: 'success', result: nothing });

/** The answer to an append. */
export const encodeOplogResult = (xid: number, result: number): Uint8Array =>
  encodeRpcReply({ xid, status: 'success', result: new XdrWriter().int(result).bytes() });
