import { classicDate, parseClassicDate, parseIsoDate } from '../../base/dates.ts';
import { maxOplogWordBytes, type OplogCall } from '../../net/wire/oncRpc/oplog.ts';
import type { Operation, OperationName, Parameters } from '../trail/trail.ts';
import { maxParameterBytes } from './limits.ts';

/** The log's words for what the tracker is asked. */
const words: Readonly<Record<OperationName, string>> = {
  register: 'REGISTER',
  unregister: 'UNREGISTER',
  connect: 'CONNECT',
  disconnect: 'DISCONNECT',
  announce: 'PUBLISH',
  withdraw: 'DELETE',
  find: 'LIST_CONTENT',
  locate: 'GET_FILE',
  users: 'LIST_USERS',
  evict: 'EVICT',
};

/** Stands for whoever goes by no name; nobody can go by it. */
const nobody = '(nobody)';

/** An operation as the log has it: a call for each name that it is about. Whatever it holds, it can be encoded. */
export function callsOf({ user = nobody, operation, parameters, stamp, received }: Operation): OplogCall[] {
  const call = {
    user: cutBytes(user, maxOplogWordBytes),
    operation: words[operation],
    date: cutBytes(dateOf(stamp, received), maxOplogWordBytes),
  };
  return subjects(operation, parameters).map((parameter) => ({
    ...call,
    parameter: cutBytes(parameter, maxParameterBytes),
  }));
}

function subjects(operation: OperationName, parameters: Parameters): readonly string[] {
  const { names = [], name, id, owner, pattern } = parameters;
  switch (operation) {
    case 'announce':
    case 'withdraw':
      return names.length > 0 ? names : [''];
    case 'find':
      return [owner ?? pattern ?? ''];
    case 'locate':
      return [name ?? id ?? ''];
    default:
      return [''];
  }
}

/** When the asker says that it asked, by the zone that it names; else when the tracker heard it, by its own. */
function dateOf(stamp: string | undefined, received: number): string {
  const said = stamp === undefined ? undefined : (parseIsoDate(stamp) ?? parseClassicDate(stamp));
  return said === undefined ? classicDate(received) : classicDate(said.wallMs, said.offset);
}

const encoder = new TextEncoder();

/** `text`, or as many of its first characters as fit in so many bytes of UTF-8. */
function cutBytes(text: string, most: number): string {
  // No character takes more than three bytes for each of its UTF-16 units.
  if (text.length * 3 <= most) return text;
  const { read } = encoder.encodeInto(text, new Uint8Array(most));
  return text.slice(0, read);
}
