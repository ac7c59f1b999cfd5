import { RollcallError } from '../base/errors.ts';
import { type ContentId, contentId, type SessionId, sessionId } from '../base/ids.ts';
import { type ResourceName, resourceName, type UserName, userName } from '../base/names.ts';
import type { PeerState } from '../base/roll.ts';
import { maxCursorCharacters } from './limits.ts';

/** The place behind a row of `find` or `locate`. */
export interface RowMark extends PeerMark {
  name: ResourceName;
  id: ContentId | null;
}

/** The place behind a row of `peers`. */
export interface PeerMark {
  state: PeerState;
  user: UserName;
  session: SessionId;
}

export const rowCursor = ({ state, name, id, user, session }: RowMark): string =>
  encode(['row', state, name, id, user, session]);

export const peerCursor = ({ state, user, session }: PeerMark): string => encode(['peer', state, user, session]);

/** @throws RollcallError `usage` for anything that `rowCursor` does not make */
export function parseRowCursor(cursor: string): RowMark {
  return parse(cursor, rowCursor, ([, state, name, id, user, session]) => ({
    state: peerState(state),
    name: resourceName(text(name)),
    id: id === null ? null : contentId(text(id)),
    user: userName(text(user)),
    session: sessionId(Number(session)),
  }));
}

/** @throws RollcallError `usage` for anything that `peerCursor` does not make */
export function parsePeerCursor(cursor: string): PeerMark {
  return parse(cursor, peerCursor, ([, state, user, session]) => ({
    state: peerState(state),
    user: userName(text(user)),
    session: sessionId(Number(session)),
  }));
}

const encode = (fields: unknown[]): string => Buffer.from(JSON.stringify(fields)).toString('base64url');

export const wrongCursor = (cause?: unknown): RollcallError =>
  new RollcallError('usage', 'the cursor is not one that this list gave out: ask for the list from its start', {
    cause,
  });

/** Takes a cursor apart, and only one that comes out the same when it is put together again. */
function parse<Mark>(cursor: string, format: (mark: Mark) => string, read: (fields: unknown[]) => Mark): Mark {
  if (cursor.length > maxCursorCharacters) throw wrongCursor();
  let mark: Mark;
  try {
    const fields: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (!Array.isArray(fields)) throw new RollcallError('usage', 'not a list');
    mark = read(fields);
  } catch (cause) {
    throw wrongCursor(cause);
  }
  if (format(mark) !== cursor) throw wrongCursor();
  return mark;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new RollcallError('usage', 'not a text');
  return value;
}

function peerState(value: unknown): PeerState {
  if (value !== 'alive' && value !== 'suspect') throw new RollcallError('usage', 'not a state');
  return value;
}
