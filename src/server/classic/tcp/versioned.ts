import { RollcallError, unreachable } from '../../../base/errors.ts';
import { resourceName, type UserName, userName } from '../../../base/names.ts';
import { peerPort } from '../../../net/wire/classic/spoken.ts';
import {
  errorReply,
  fileLine,
  foundReply,
  protocolVersion,
  VersionedReader,
  type VersionedRequest,
  versionedReplies,
} from '../../../net/wire/classic/versioned.ts';
import { rowsOf } from '../listing.ts';
import { unverified } from '../resource.ts';
import { tokens } from './limits.ts';
import type { Answer, Asker, Talk } from './talk.ts';

const dialect = 'versioned';

/** The dialect that begins with its version. Somebody who has announced nothing yet serves no port, and is not listed. */
export function talkVersioned(asker: Asker): Talk<VersionedRequest> {
  let greeted = false;

  const connect = async (user: UserName, port: number | undefined): Promise<void> => {
    const { instance } = asker;
    await asker.ask({ command: 'connect', user, instance, port, dialects: [dialect], agent: dialect });
  };

  const register = async (user: UserName): Promise<string> => {
    if (asker.session?.user !== user) await connect(user, undefined);
    return versionedReplies.registered;
  };

  const announce = async (file: string, port: number): Promise<string> => {
    const { session } = asker;
    if (session?.user === undefined) throw new RollcallError('refused', 'register first: you go by no name');
    const name = resourceName(file);
    if (session.port !== port) await connect(session.user, port);
    await asker.ask({ command: 'announce', resources: [unverified(name, asker.wall())] });
    return versionedReplies.announced;
  };

  const list = async (): Promise<Answer> => {
    const left = await asker.lists.take(asker.remote, asker.gone);
    try {
      let text = '';
      for await (const row of rowsOf((page) => asker.ask({ command: 'find', dialect, ...page }))) {
        if (isOneWord(row.name)) text += fileLine(row.name, row);
        else asker.omissions.leftOut(dialect, row.name);
      }
      return { text: text + versionedReplies.listEnd, left };
    } catch (error) {
      left();
      throw error;
    }
  };

  /** Whoever asks is no answer to himself where there is another. */
  const locate = async (file: string): Promise<string> => {
    const { unverified: choices = [] } = await asker.ask({ command: 'locate', name: resourceName(file), dialect });
    const owners = choices.map(({ owners: [owner] }) => owner);
    const others = owners.filter(({ user }) => user !== asker.session?.user);
    const owner = others.find(({ state }) => state === 'alive') ?? others[0] ?? owners[0];
    return owner === undefined ? versionedReplies.notFound : foundReply(owner);
  };

  const answered = async (request: VersionedRequest): Promise<string | Answer> => {
    if (request.request === 'version') {
      greeted = request.version === protocolVersion;
      return greeted ? versionedReplies.accepted : refused;
    }
    if (!greeted) return refused;
    switch (request.request) {
      case 'register':
        return register(userName(request.user));
      case 'announce':
        return announce(request.file, peerPort(request.port));
      case 'list':
        return list();
      case 'locate':
        return locate(request.file);
      case 'faulty':
        return { text: errorReply(request.why), last: request.last };
      default:
        return unreachable(request);
    }
  };

  return {
    dialect,
    reader: new VersionedReader(),
    tokens: weightOf,
    async answer(request) {
      const answer = await answered(request);
      return typeof answer === 'string' ? { text: answer } : answer;
    },
    failure({ request }, { code, message }) {
      // A name that nothing can have is not found, however it is spelled.
      if (request === 'locate' && code === 'usage') return { text: versionedReplies.notFound };
      return { text: errorReply(code === 'fault' ? 'a fault of the tracker' : message) };
    },
  };
}

const refused: Answer = { text: versionedReplies.refused, last: true };

const isOneWord = (name: string): boolean => !/\s/.test(name);

function weightOf({ request }: VersionedRequest): number {
  switch (request) {
    case 'register':
      return tokens.register;
    case 'announce':
      return tokens.announce;
    case 'locate':
      return tokens.locate;
    case 'list':
      return tokens.list;
    default:
      return tokens.other;
  }
}
