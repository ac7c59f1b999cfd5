import { type RollcallError, unreachable } from '../../../base/errors.ts';
import { resourceName, type UserName, userName } from '../../../base/names.ts';
import type { PageRequest } from '../../../base/roll.ts';
import {
  faultyReply,
  HostnameReader,
  type HostnameRequest,
  hostnameReplies,
  ListReply,
  publishFailure,
  registerFailure,
} from '../../../net/wire/classic/hostname.ts';
import { peerPort } from '../../../net/wire/classic/spoken.ts';
import { rowsOf } from '../listing.ts';
import { unverified } from '../resource.ts';
import { tokens } from './limits.ts';
import type { Asker, Talk } from './talk.ts';

const dialect = 'hostname';

/**
 * The dialect in which a user is a host name, and a file goes by a word. `isHere`: somebody is connected in it as that
 * user, though he may share nothing.
 */
export function talkHostname(asker: Asker, isHere: (user: UserName) => boolean): Talk<HostnameRequest> {
  const { omissions } = asker;

  const register = async (host: string, port: string): Promise<string> => {
    const user = userName(host);
    if (asker.session?.user === user) return hostnameReplies.exists;
    const { instance } = asker;
    const presence = { user, instance, port: peerPort(port), dialects: [dialect], agent: dialect } as const;
    await asker.ask({ command: 'connect', ...presence });
    return hostnameReplies.registered;
  };

  const publish = async (file: string, host: string): Promise<string> => {
    const user = asker.session?.user;
    if (user === undefined || host.normalize('NFC') !== user) return hostnameReplies.notRegistered;
    await asker.ask({ command: 'announce', resources: [unverified(resourceName(file), asker.wall())] });
    return hostnameReplies.published;
  };

  /** Adds what can be said, as far as one read of the asker takes it. */
  const fill = async (reply: ListReply, entries: AsyncIterable<string | undefined>, list: string): Promise<string> => {
    for await (const entry of entries) {
      if (entry === undefined || reply.add(entry)) continue;
      omissions.cut(dialect, list);
      break;
    }
    return reply.text;
  };

  /** The word that something is told by; nothing where it is none. */
  const word = (name: string, text: string = name): string | undefined => {
    if (!/\s/.test(text)) return text;
    omissions.leftOut(dialect, name);
    return undefined;
  };

  const fetch = async (file: string): Promise<string> => {
    const name = resourceName(file);
    const ask = async (page: PageRequest): Promise<{ rows: Owner[]; next?: string | undefined }> => {
      const { unverified: choices = [], next } = await asker.ask({ command: 'locate', name, dialect, ...page });
      return { rows: choices.map(({ owners: [owner] }) => owner), next };
    };
    async function* entries(): AsyncGenerator<string | undefined> {
      for await (const { user, address, port } of rowsOf(ask)) {
        // The colon parts them: an address of IPv6 cannot be told.
        if (address.includes(':')) omissions.leftOut(dialect, `${address} of ${user}`);
        else yield word(user, `${address}:${port}:${user}`);
      }
    }
    const reply = await fill(new ListReply('FETCH_OK'), entries(), `owners of ${name}`);
    return reply === 'FETCH_OK' ? hostnameReplies.notFound : reply;
  };

  const list = (): Promise<string> => {
    async function* entries(): AsyncGenerator<string | undefined> {
      const told = new Set<string>();
      for await (const { user } of rowsOf((page) => asker.ask({ command: 'users', ...page }))) {
        if (!told.has(user)) yield word(user);
        told.add(user);
      }
    }
    return fill(new ListReply('LIST_CLIENTS_OK'), entries(), 'clients');
  };

  const discover = async (host: string): Promise<string> => {
    const owner = userName(host);
    async function* entries(): AsyncGenerator<string | undefined> {
      const told = new Set<string>();
      for await (const { name } of rowsOf((page) => asker.ask({ command: 'find', owner, dialect, ...page }))) {
        if (!told.has(name)) yield word(name);
        told.add(name);
      }
    }
    const reply = await fill(new ListReply('DISCOVER_CLIENT_OK'), entries(), `files of ${owner}`);
    const isThere = reply !== 'DISCOVER_CLIENT_OK' || isHere(owner);
    return isThere ? reply : hostnameReplies.notDiscovered;
  };

  const answered = async (request: HostnameRequest): Promise<string> => {
    switch (request.request) {
      case 'register':
        return register(request.host, request.port);
      case 'publish':
        return publish(request.file, request.host);
      case 'fetch':
        return fetch(request.file);
      case 'list':
        return list();
      case 'discover':
        return discover(request.host);
      case 'faulty':
        return faultyReply(request.verb);
      case 'unknown':
        return hostnameReplies.unknown;
      default:
        return unreachable(request);
    }
  };

  return {
    dialect,
    reader: new HostnameReader(),
    tokens: weightOf,
    async answer(request) {
      return { text: await answered(request), last: request.request === 'unknown' && request.last };
    },
    failure: ({ request }, error) => ({ text: failed(request, error) }),
  };
}

interface Owner {
  user: string;
  address: string;
  port: number;
}

/** The lists have no words for a failure but that nothing was found. */
function failed(request: HostnameRequest['request'], { code }: RollcallError): string {
  switch (request) {
    case 'register':
      if (code === 'refused' || code === 'name-taken') return hostnameReplies.exists;
      return registerFailure(code === 'usage' ? 'Invalid hostname or port' : 'Try again later');
    case 'publish':
      if (code === 'refused') return hostnameReplies.notRegistered;
      if (code === 'usage') return publishFailure('Invalid file name');
      return publishFailure(code === 'limit' ? 'Too many files' : 'Try again later');
    case 'fetch':
      return hostnameReplies.notFound;
    case 'discover':
      return hostnameReplies.notDiscovered;
    case 'list':
      return new ListReply('LIST_CLIENTS_OK').text;
    default:
      return hostnameReplies.unknown;
  }
}

function weightOf({ request }: HostnameRequest): number {
  switch (request) {
    case 'register':
      return tokens.register;
    case 'publish':
      return tokens.announce;
    case 'fetch':
      return tokens.locate;
    case 'list':
    case 'discover':
      return tokens.shortList;
    default:
      return tokens.other;
  }
}
