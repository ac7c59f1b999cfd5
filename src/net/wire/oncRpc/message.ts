import { RollcallError, unreachable } from '../../../base/errors.ts';
import { XdrReader, XdrWriter } from './xdr.ts';

/** Messages of ONC-RPC version 2, RFC 5531. */

const rpcVersion = 2;
/** Longest body of a credential or a verifier, bytes: RFC 5531, section 8.2. */
export const maxAuthBytes = 400;

const messageTypes = { call: 0, reply: 1 } as const;
const replyStatuses = { accepted: 0, denied: 1 } as const;
const denials = { rpcMismatch: 0, authError: 1 } as const;
/** Flavours that are let in. Neither proves anything: AUTH_SYS is what the caller says of itself. */
const flavours = { none: 0, sys: 1 } as const;

/** Why a call is denied: `auth_stat`. */
export const authStatuses = { badCredential: 1, rejectedCredential: 2, badVerifier: 3 } as const;

export interface RpcCall {
  /** Names the call and its answer: 32 bits, the caller's choice. */
  xid: number;
  program: number;
  version: number;
  procedure: number;
  /** As XDR. */
  args: Uint8Array;
}

/** The outcomes of RFC 5531, section 9. Those without anything of their own have a code of `accept_stat`. */
export type RpcReply = { xid: number } & (
  | { status: 'success'; result: Uint8Array }
  | { status: 'program-mismatch' | 'rpc-mismatch'; low: number; high: number }
  | { status: 'auth-error'; why: number }
  | { status: keyof typeof plainOutcomes }
);

const plainOutcomes = {
  'program-unavailable': 1,
  'procedure-unavailable': 3,
  'garbage-arguments': 4,
  'system-error': 5,
} as const;
const success = 0;
const programMismatch = 2;

/** Without credentials. */
export function encodeRpcCall({ xid, program, version, procedure, args }: RpcCall): Uint8Array {
  const writer = new XdrWriter().unsigned(xid).int(messageTypes.call).unsigned(rpcVersion);
  writer.unsigned(program).unsigned(version).unsigned(procedure);
  return noAuth(noAuth(writer)).raw(args).bytes();
}

const noAuth = (writer: XdrWriter): XdrWriter => writer.int(flavours.none).unsigned(0);

/**
 * A call, or the reply that denies it.
 * @throws RollcallError `bad-message` where it is no call at all, and there is nobody to answer
 */
export function decodeRpcCall(message: Uint8Array): { call: RpcCall } | { denied: RpcReply } {
  const reader = new XdrReader(message);
  const xid = reader.unsigned();
  const type = reader.int();
  if (type !== messageTypes.call) throw new RollcallError('bad-message', `RPC: a message of type ${type} is no call`);
  if (reader.unsigned() !== rpcVersion) {
    return { denied: { xid, status: 'rpc-mismatch', low: rpcVersion, high: rpcVersion } };
  }
  const [program, version, procedure] = [reader.unsigned(), reader.unsigned(), reader.unsigned()];
  const denied = (why: number): { denied: RpcReply } => ({ denied: { xid, status: 'auth-error', why } });
  const credential = readAuth(reader);
  if (credential === undefined) return denied(authStatuses.badCredential);
  if (credential !== flavours.none && credential !== flavours.sys) return denied(authStatuses.rejectedCredential);
  if (readAuth(reader) === undefined) return denied(authStatuses.badVerifier);
  return { call: { xid, program, version, procedure, args: reader.rest() } };
}

/** The flavour; nothing where the body is too long, or cut. */
function readAuth(reader: XdrReader): number | undefined {
  try {
    const flavour = reader.int();
    reader.opaque(maxAuthBytes);
    return flavour;
  } catch {
    // The caller hears of it.
    return undefined;
  }
}

export function encodeRpcReply(reply: RpcReply): Uint8Array {
  const writer = new XdrWriter().unsigned(reply.xid).int(messageTypes.reply);
  const accepted = (code: number): XdrWriter => noAuth(writer.int(replyStatuses.accepted)).int(code);
  const denied = (code: number): XdrWriter => writer.int(replyStatuses.denied).int(code);
  switch (reply.status) {
    case 'success':
      return accepted(success).raw(reply.result).bytes();
    case 'program-mismatch':
      return accepted(programMismatch).unsigned(reply.low).unsigned(reply.high).bytes();
    case 'rpc-mismatch':
      return denied(denials.rpcMismatch).unsigned(reply.low).unsigned(reply.high).bytes();
    case 'auth-error':
      return denied(denials.authError).int(reply.why).bytes();
    case 'program-unavailable':
    case 'procedure-unavailable':
    case 'garbage-arguments':
    case 'system-error':
      return accepted(plainOutcomes[reply.status]).bytes();
    default:
      return unreachable(reply);
  }
}

/** @throws RollcallError `bad-message` where it is no reply */
export function decodeRpcReply(message: Uint8Array): RpcReply {
  const reader = new XdrReader(message);
  const xid = reader.unsigned();
  const type = reader.int();
  if (type !== messageTypes.reply) throw new RollcallError('bad-message', `RPC: a message of type ${type} is no reply`);
  const status = reader.int();
  if (status === replyStatuses.accepted) return readAccepted(xid, reader);
  if (status === replyStatuses.denied) return readDenied(xid, reader);
  throw new RollcallError('bad-message', `RPC: there is no reply status ${status}`);
}

function readAccepted(xid: number, reader: XdrReader): RpcReply {
  reader.int();
  reader.opaque(maxAuthBytes);
  const code = reader.int();
  if (code === success) return { xid, status: 'success', result: reader.rest() };
  if (code === programMismatch) {
    return { xid, status: 'program-mismatch', low: reader.unsigned(), high: reader.unsigned() };
  }
  for (const [status, known] of Object.entries(plainOutcomes)) {
    if (known === code) return { xid, status: status as keyof typeof plainOutcomes };
  }
  throw new RollcallError('bad-message', `RPC: there is no outcome ${code}`);
}

function readDenied(xid: number, reader: XdrReader): RpcReply {
  const code = reader.int();
  if (code === denials.rpcMismatch) {
    return { xid, status: 'rpc-mismatch', low: reader.unsigned(), high: reader.unsigned() };
  }
  if (code === denials.authError) return { xid, status: 'auth-error', why: reader.int() };
  throw new RollcallError('bad-message', `RPC: there is no denial ${code}`);
}
