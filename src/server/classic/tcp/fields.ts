import { asRollcallError, type ErrorCode, RollcallError, unreachable } from '../../../base/errors.ts';
import { type UserName, userName } from '../../../base/names.ts';
import {
  type FaultyFields,
  type FieldsRequest,
  fieldsCodes,
  fieldsFailure,
  fieldsReply,
  fitsField,
} from '../../../net/wire/classic/fields.ts';
import { peerPort } from '../../../net/wire/classic/spoken.ts';
import type { Command, CommandName, Outcome } from '../../brain/commands.ts';
import type { Caller } from '../../brain/sessions.ts';
import { rowsOf } from '../listing.ts';
import { nameOf, unverified } from '../resource.ts';
import { maxNamesPerAddress } from './limits.ts';
import type { Shared } from './parts.ts';
import type { Presence } from './presence.ts';
import type { Presences } from './presences.ts';

/** A new one each time: whoever sends it may keep it. */
const done = (): Uint8Array => fieldsReply(fieldsCodes.ok);

/** Answers one request; fails never. `visitor` is whoever asks, as whom he is. */
export type AnswerFields = (request: FieldsRequest | FaultyFields, visitor: Caller) => Promise<Uint8Array>;

type Of<Verb extends FieldsRequest['verb']> = Extract<FieldsRequest, { verb: Verb }>;

/** What has gone wrong for the asker, as the first byte of the reply says it. */
class Refusal extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`refused with ${code}`);
    this.code = code;
  }
}

export function createFields(shared: Shared, presences: Presences): AnswerFields {
  const { tracker, clock, log, omissions } = shared;
  /** Names that an address was given and has not given back. */
  const given = new Map<string, number>();

  const ask = <Name extends CommandName>(
    caller: Caller,
    command: Command<Name>,
    { date }: { date: string },
  ): Promise<Outcome<Name>> => tracker.ask(caller, command, ...(date === '' ? [] : [date]));

  /** A name as it was registered; nothing where nobody was given it. */
  const known = async (text: string, asker: Caller): Promise<UserName | undefined> => {
    const name = nameIn(text);
    return name && (await tracker.ask(asker, { command: 'account', user: name })).user;
  };

  /** @throws Refusal where nobody was given the name */
  const registered = async ({ user }: { user: string }, visitor: Caller): Promise<UserName> => {
    const name = await known(user, visitor);
    if (name === undefined) throw new Refusal(fieldsCodes.noSuchUser);
    return name;
  };

  /** The presence that a request is made under: only from where it was opened. */
  const here = async (request: FieldsRequest, visitor: Caller): Promise<Presence> => {
    const presence = presences.get(await registered(request, visitor));
    if (presence === undefined) throw new Refusal(fieldsCodes.notConnected);
    if (presence.remote !== visitor.connection.remote) throw new Refusal(fieldsFailure(request.verb));
    tracker.heard(presence.caller);
    return presence;
  };

  const register = async (request: Of<'REGISTER'>, visitor: Caller): Promise<Uint8Array> => {
    const { remote } = visitor.connection;
    const names = given.get(remote) ?? 0;
    if (names >= maxNamesPerAddress) {
      throw new RollcallError('limit', `${remote} was given ${maxNamesPerAddress} names, which is the limit`);
    }
    await coded(ask(visitor, { command: 'register', user: userName(request.user) }, request), {
      'name-taken': fieldsCodes.inUse,
    });
    given.set(remote, (given.get(remote) ?? 0) + 1);
    return done();
  };

  const unregister = async (request: Of<'UNREGISTER'>, visitor: Caller): Promise<Uint8Array> => {
    const user = await registered(request, visitor);
    await coded(ask(visitor, { command: 'unregister', user }, request), { 'not-found': fieldsCodes.noSuchUser });
    const { remote } = visitor.connection;
    const names = given.get(remote) ?? 0;
    if (names > 1) given.set(remote, names - 1);
    else given.delete(remote);
    return done();
  };

  const connect = async (request: Of<'CONNECT'>, visitor: Caller): Promise<Uint8Array> => {
    const user = await registered(request, visitor);
    if (presences.get(user) !== undefined) throw new Refusal(fieldsCodes.alreadyConnected);
    const { remote, local } = visitor.connection;
    const who = { user, remote, local, port: peerPort(request.port) };
    await coded(presences.open(who, request.date), { 'name-taken': fieldsCodes.alreadyConnected });
    return done();
  };

  const disconnect = async (request: Of<'DISCONNECT'>, visitor: Caller): Promise<Uint8Array> => {
    const { caller } = await here(request, visitor);
    await ask(caller, { command: 'disconnect' }, request);
    return done();
  };

  const publish = async (request: Of<'PUBLISH'>, visitor: Caller): Promise<Uint8Array> => {
    const { file: path, description } = request;
    const presence = await here(request, visitor);
    if (presence.nameOf(path) !== undefined) throw new Refusal(fieldsCodes.alreadyPublished);
    const name = nameOf(path, (other) => presence.pathOf(other) !== undefined);
    presence.add(path, name);
    const resources = [unverified(name, clock.wall(), { description, spelling: path })];
    try {
      await coded(ask(presence.caller, { command: 'announce', resources }, request), {
        refused: fieldsCodes.notConnected,
      });
    } catch (error) {
      presence.remove(path, name);
      throw error;
    }
    return done();
  };

  const remove = async (request: Of<'DELETE'>, visitor: Caller): Promise<Uint8Array> => {
    const presence = await here(request, visitor);
    const name = presence.nameOf(request.file);
    if (name === undefined) throw new Refusal(fieldsCodes.notPublished);
    presence.remove(request.file, name);
    try {
      const command = { command: 'withdraw', names: [name], spellings: [request.file] } as const;
      await coded(ask(presence.caller, command, request), { refused: fieldsCodes.notConnected });
    } catch (error) {
      presence.add(request.file, name);
      throw error;
    }
    return done();
  };

  const listUsers = async (request: Of<'LIST_USERS'>, visitor: Caller): Promise<Uint8Array> => {
    const { caller } = await here(request, visitor);
    const told = new Map<string, readonly string[]>();
    for await (const { user, address, port } of rowsOf((page) => ask(caller, { command: 'users', ...page }, request))) {
      if (!fitsField(user)) omissions.leftOut('fields', user);
      else if (!told.has(user)) told.set(user, [user, address, String(port)]);
    }
    return fieldsReply(fieldsCodes.ok, { entries: told.size, strings: [...told.values()].flat() });
  };

  /** Whoever was given a name is known, though he be away. What he has is told as he has to be asked for it. */
  const listContent = async (request: Of<'LIST_CONTENT'>, visitor: Caller): Promise<Uint8Array> => {
    const { caller } = await here(request, visitor);
    const owner = await known(request.target, caller);
    if (owner === undefined) throw new Refusal(fieldsCodes.noSuchTarget);
    const strings = new Set<string>();
    const find = { command: 'find', owner, dialect: 'fields' } as const;
    for await (const { name } of rowsOf((page) => ask(caller, { ...find, ...page }, request))) {
      const spelling = presences.get(owner)?.pathOf(name) ?? name;
      if (fitsField(spelling)) strings.add(spelling);
      else omissions.leftOut('fields', spelling);
    }
    return fieldsReply(fieldsCodes.ok, { entries: strings.size, strings: [...strings] });
  };

  const answered = (request: FieldsRequest, visitor: Caller): Promise<Uint8Array> => {
    switch (request.verb) {
      case 'REGISTER':
        return register(request, visitor);
      case 'UNREGISTER':
        return unregister(request, visitor);
      case 'CONNECT':
        return connect(request, visitor);
      case 'DISCONNECT':
        return disconnect(request, visitor);
      case 'PUBLISH':
        return publish(request, visitor);
      case 'DELETE':
        return remove(request, visitor);
      case 'LIST_USERS':
        return listUsers(request, visitor);
      case 'LIST_CONTENT':
        return listContent(request, visitor);
      default:
        return unreachable(request);
    }
  };

  return async (request, visitor) => {
    if (request.verb === 'faulty') return fieldsReply(fieldsFailure(request.of));
    try {
      return await answered(request, visitor);
    } catch (error) {
      if (error instanceof Refusal) return fieldsReply(error.code);
      const { code, message, stack } = asRollcallError(error);
      if (code === 'fault') log.error({ verb: request.verb, stack }, 'a fault');
      else log.debug({ verb: request.verb, why: message }, 'a request failed');
      return fieldsReply(fieldsFailure(request.verb));
    }
  };
}

/** The user that a string names; nothing where nobody can have that name. */
function nameIn(text: string): UserName | undefined {
  try {
    return userName(text);
  } catch {
    // It breaks the rules for names, so it was given to nobody.
    return undefined;
  }
}

/** Waits for what is asked, and makes refusals of those failures that have a code of their own. */
async function coded<T>(asked: Promise<T>, codes: Partial<Record<ErrorCode, number>>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    const code = error instanceof RollcallError ? codes[error.code] : undefined;
    throw code === undefined ? error : new Refusal(code);
  }
}
