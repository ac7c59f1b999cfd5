import { setImmediate } from 'node:timers/promises';
import { unreachable } from '../../base/errors.ts';
import { safeText } from '../../base/safeText.ts';
import type { Operator } from '../brain/operator.ts';
import { pageRows, pingMs, repeatedCharacters } from './limits.ts';
import type { Request } from './requests.ts';
import { verbs } from './requests.ts';
import { clientLine, pingLines, unreachedLine } from './words.ts';

/** An answer as it comes: some lines at a time. */
export type Answer = AsyncGenerator<string[], void, undefined>;

/** Answers one request. @throws the signal's reason, where the operator has enough of it */
export function answer(request: Request, operator: Operator, signal: AbortSignal): Answer {
  switch (request.verb) {
    case 'discover':
      return discover(request.user, operator, signal);
    case 'ping':
      return ping(request.user, operator, signal);
    case 'list':
      return list(operator, signal);
    case 'files':
      return files(operator, signal);
    case 'kick':
      return kick(request.user, operator);
    case 'help':
      return help();
    case 'quit':
      return quit();
    default:
      return unreachable(request);
  }
}

const notFound = (user: string): string[] => [`Client '${safeText(user.slice(0, repeatedCharacters))}' not found`];

async function* discover(asked: string, operator: Operator, signal: AbortSignal): Answer {
  const owner = operator.nameOf(asked);
  if (owner === undefined) return yield notFound(asked);
  yield [`Files shared by '${owner}':`];
  let last: string | undefined;
  for await (const rows of pages((page) => operator.files({ owner, ...page }), signal)) {
    const lines: string[] = [];
    for (const { name } of rows) {
      // Two sessions of one user may share the same.
      if (name !== last) lines.push(`  - ${name}`);
      last = name;
    }
    yield lines;
  }
  if (last === undefined) yield ['  (no files)'];
}

async function* ping(asked: string, operator: Operator, signal: AbortSignal): Answer {
  const user = operator.nameOf(asked);
  if (user === undefined) return yield notFound(asked);
  yield (await operator.ping(user, { ms: pingMs, signal })).flatMap((pinged) => pingLines(user, pinged));
}

async function* list(operator: Operator, signal: AbortSignal): Answer {
  yield ['Registered Clients:'];
  let clients = 0;
  for await (const rows of pages((page) => operator.clients(page), signal)) {
    clients += rows.length;
    yield rows.map(clientLine);
  }
  const unreached = operator.unreached();
  yield unreached.map(unreachedLine);
  if (clients + unreached.length === 0) yield ['none'];
}

async function* files(operator: Operator, signal: AbortSignal): Answer {
  yield ['Available Files:'];
  let name: string | undefined;
  let owners = new Set<string>();
  const line = (): string => `  - ${name} (available on: ${[...owners].join(', ')})`;
  for await (const rows of pages((page) => operator.files(page), signal)) {
    const lines: string[] = [];
    for (const row of rows) {
      if (row.name !== name) {
        if (name !== undefined) lines.push(line());
        name = row.name;
        owners = new Set();
      }
      owners.add(row.owner);
    }
    yield lines;
  }
  yield [name === undefined ? 'none' : line()];
}

async function* kick(asked: string, operator: Operator): Answer {
  const user = operator.nameOf(asked);
  if (user === undefined) return yield notFound(asked);
  const count = await operator.kick(user);
  yield [`Client '${user}' kicked: ${count === 1 ? '1 session' : `${count} sessions`} ended`];
}

async function* help(): Answer {
  yield Object.entries(verbs).map(([verb, { takes, does }]) => `  ${`${verb} ${takes}`.padEnd(16)}  ${does}`);
}

async function* quit(): Answer {
  yield ['The tracker ends.'];
}

/** Every page of a list, with a turn for everybody else before each. */
async function* pages<Row>(
  ask: (page: { cursor: string | undefined; limit: number }) => Promise<{ rows: Row[]; next?: string | undefined }>,
  signal: AbortSignal,
): AsyncGenerator<Row[], void, undefined> {
  let cursor: string | undefined;
  do {
    await setImmediate(undefined, { signal });
    const { rows, next } = await ask({ cursor, limit: pageRows });
    yield rows;
    cursor = next;
  } while (cursor !== undefined);
}
