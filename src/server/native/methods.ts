import { asRollcallError, RollcallError, unreachable } from '../../base/errors.ts';
import type { TrackerCalls, TrackerMethod } from '../../net/wire/control.ts';
import { trackerMethods } from '../../net/wire/controlSchemas.ts';
import { encodeMessage, type RpcError, rpcCodes } from '../../net/wire/jsonRpc.ts';
import type { Command, CommandName, Outcome, Told } from '../brain/commands.ts';

/** The native protocol as a codec onto the tracker's commands: JSON-RPC on one side, `Command` on the other. */

export type Ask = <Name extends CommandName>(command: Command<Name>) => Promise<Outcome<Name>>;

type Methods = {
  [M in TrackerMethod]: (params: TrackerCalls[M]['params'], ask: Ask) => Promise<TrackerCalls[M]['result']>;
};

const methods: Methods = {
  async register({ user, instance, peerPort, dialects, agent }, ask) {
    if (user !== undefined) await ask({ command: 'register', user });
    const connected = await ask({ command: 'connect', user, instance, port: peerPort, dialects, agent });
    return { ...connected, heartbeatKey: Buffer.from(connected.heartbeatKey).toString('base64') };
  },
  unregister: ({ user }, ask) => ask({ command: 'unregister', user }),
  announce: ({ resources }, ask) => ask({ command: 'announce', resources }),
  withdraw: ({ names }, ask) => ask({ command: 'withdraw', names }),
  partial: ({ ids }, ask) => ask({ command: 'partial', ids }),
  find: ({ stamp: _, ...request }, ask) => ask({ command: 'find', ...request }),
  locate: ({ stamp: _, ...request }, ask) => ask({ command: 'locate', ...request }),
  users: ({ stamp: _, ...request }, ask) => ask({ command: 'users', ...request }),
  subscribe: (_, ask) => ask({ command: 'subscribe' }),
  watch: ({ ids }, ask) => ask({ command: 'watch', ids }),
  report: ({ address, port }, ask) => ask({ command: 'report', address, port }),
  account: async ({ user }, ask) => ({ registered: (await ask({ command: 'account', user })).user !== undefined }),
  ping: (_, ask) => ask({ command: 'ping' }),
  goodbye: (_, ask) => ask({ command: 'disconnect' }),
};

const isMethod = (name: string): name is TrackerMethod => Object.hasOwn(methods, name);

/** A request that is no valid one, as JSON-RPC has it. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
  readonly rpcCode: number;

  constructor(rpcCode: number, message: string) {
    super(message);
    this.rpcCode = rpcCode;
  }
}

/** A request that was checked. */
export interface Parsed {
  /** Asks it. */
  call(ask: Ask): Promise<unknown>;
  /** When its client says that it asked. */
  stamp?: string | undefined;
}

/**
 * Checks a request. @throws InvalidRequest where the method is unknown or its parameters are
 * not what it takes
 */
export function parseRequest(method: string, params: unknown): Parsed {
  if (!isMethod(method)) {
    throw new InvalidRequest(rpcCodes.methodNotFound, `there is no method "${method}": this is ${protocolWords}`);
  }
  return parseCall(method, params);
}

const protocolWords = `rollcall/1, with ${Object.keys(methods).join(', ')}`;

function parseCall<M extends TrackerMethod>(method: M, params: unknown): Parsed {
  const parsed = trackerMethods[method].params.safeParse(params);
  if (!parsed.success) throw new InvalidRequest(rpcCodes.invalidParams, `${method}: ${faults(parsed.error)}`);
  const { data } = parsed;
  const stamp = typeof data === 'object' && 'stamp' in data ? data.stamp : undefined;
  return { call: (ask) => methods[method](data, ask), stamp };
}

/** Faults that one answer names; the first usually explains the others. */
const toldFaults = 3;
const maxFaultCharacters = 500;

function faults({ issues }: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }): string {
  const words = issues
    .slice(0, toldFaults)
    .map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
  return words.join('; ').slice(0, maxFaultCharacters);
}

/** What the asker is told of a failure. */
export function rpcErrorOf(error: unknown): RpcError {
  if (error instanceof InvalidRequest) {
    const { rpcCode: code, message } = error;
    return code === rpcCodes.invalidParams ? { code, message, name: 'usage' } : { code, message };
  }
  if (error instanceof RollcallError && error.code !== 'fault') {
    return { code: rpcCodes.named, message: error.message, name: error.code };
  }
  const { message } = asRollcallError(error);
  return { code: rpcCodes.internal, message: `a fault of the tracker: ${message}`, name: 'fault' };
}

/** A line that could not be read. */
export function unreadableOf(error: RollcallError): RpcError {
  if (error.code === 'limit') return { code: rpcCodes.named, message: error.message, name: 'limit' };
  const code = error.cause instanceof SyntaxError ? rpcCodes.parse : rpcCodes.invalidRequest;
  return { code, message: error.message, name: 'bad-message' };
}

/** Lines of what went to several connections as one value. */
const encoded = new WeakMap<Told, string>();

export function encodeTold(told: Told): string {
  const known = encoded.get(told);
  if (known !== undefined) return known;
  const line = encodeMessage({ type: 'notification', method: told.told, params: paramsOf(told) });
  encoded.set(told, line);
  return line;
}

function paramsOf(told: Told): object {
  switch (told.told) {
    case 'changes':
      return { changes: told.changes, missed: told.missed };
    case 'owners':
      return { id: told.id };
    case 'reach':
      return told.reach;
    default:
      return unreachable(told);
  }
}
