import { z } from 'zod';
import { type ErrorCode, isErrorCode, RollcallError } from '../../base/errors.ts';
import { said } from './said.ts';

/** JSON-RPC 2.0 (https://www.jsonrpc.org/specification), a message a line, without batches. */
export type Message =
  | { type: 'request'; id: number; method: string; params: unknown }
  | { type: 'notification'; method: string; params: unknown }
  | { type: 'result'; id: number; result: unknown }
  | { type: 'error'; id: number | null; error: RpcError };

export interface RpcError {
  code: number;
  message: string;
  /** Our own name for what went wrong, where the other side is ours. */
  name?: ErrorCode | undefined;
}

/** The numbers that JSON-RPC 2.0 fixes, and one of ours for every error that has a name. */
export const rpcCodes = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  named: -32000,
} as const;

const id = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const envelope = z.looseObject({ jsonrpc: z.literal('2.0') });
const call = z.object({ method: z.string().max(64), params: z.unknown().optional(), id: id.optional() });
const failure = z.object({
  id: id.nullable(),
  error: z.object({
    code: z.number().int(),
    message: said,
    /** Anything, since a tracker of another make may tell more in its own way. */
    data: z.object({ name: z.string() }).optional().catch(undefined),
  }),
});

/** @throws RollcallError `bad-message` where the line is not one JSON-RPC 2.0 message */
export function decodeMessage(line: string): Message {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new RollcallError('bad-message', 'a message is not JSON', { cause });
  }
  const parsed = envelope.safeParse(value);
  if (!parsed.success) throw new RollcallError('bad-message', 'a message is not JSON-RPC 2.0');
  return ours(parsed.data);
}

function ours(value: Record<string, unknown>): Message {
  if (Object.hasOwn(value, 'method')) {
    const request = call.safeParse(value);
    if (request.success) {
      const { method, params, id: requestId } = request.data;
      return requestId === undefined
        ? { type: 'notification', method, params }
        : { type: 'request', id: requestId, method, params };
    }
  } else if (Object.hasOwn(value, 'result') && !Object.hasOwn(value, 'error')) {
    const answered = id.safeParse(value['id']);
    if (answered.success) return { type: 'result', id: answered.data, result: value['result'] };
  } else if (Object.hasOwn(value, 'error') && !Object.hasOwn(value, 'result')) {
    const failed = failure.safeParse(value);
    if (failed.success) {
      const { code, message, data } = failed.data.error;
      const name = data !== undefined && isErrorCode(data.name) ? data.name : undefined;
      return { type: 'error', id: failed.data.id, error: { code, message, name } };
    }
  }
  throw new RollcallError('bad-message', 'a message is neither a JSON-RPC 2.0 request nor a response');
}

/** One line, with its line end. */
export function encodeMessage(message: Message): string {
  return `${JSON.stringify({ jsonrpc: '2.0', ...body(message) })}\n`;
}

function body(message: Message): object {
  switch (message.type) {
    case 'request':
      return { id: message.id, method: message.method, params: message.params };
    case 'notification':
      return { method: message.method, params: message.params };
    case 'result':
      return { id: message.id, result: message.result };
    case 'error': {
      const { code, message: text, name } = message.error;
      return { id: message.id, error: { code, message: text, ...(name && { data: { name } }) } };
    }
  }
}
