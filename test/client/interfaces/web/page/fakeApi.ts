import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { logLevels } from '../../../../../src/base/logBook.ts';
import type {
  ConnectionBody,
  EventBodies,
  LogEntryBody,
  SettingsBody,
  StatusBody,
} from '../../../../../src/client/interfaces/web/api/bodies.ts';
import { resourcesQuery } from '../../../../../src/client/interfaces/web/api/schemas/roll.ts';
import { ofLevel } from '../../../../../src/client/interfaces/web/page/log/entries.ts';
import {
  askContents,
  fakeContents,
  fakeDownloads,
  fakeEntry,
  fakeShares,
  fakeUploads,
  fakeUsers,
} from './fakeContents.ts';

export interface FakeApi extends AsyncDisposable {
  /** With the code that is exchanged for the token. */
  readonly address: string;
  /** What was asked, as `POST /transfers {"name":…}`. */
  readonly asked: string[];
  send<E extends keyof EventBodies>(event: E, body: EventBodies[E]): void;
  /** Ends all event streams, as a rollcall does that dies. */
  cut(): void;
}

export interface FakeOptions {
  /** The folder of the built page. */
  page: string;
  resources?: number;
  connection?: ConnectionBody;
  /** What PUT /connection is refused with. */
  problem?: { status: number; body: object };
}

const token = 'fake-token-of-this-start';
const code = 'fake-code-0123456789';
/** What the real one sends: a page that needs more than that does not work. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export const online: ConnectionBody = {
  state: 'online',
  server: '192.168.1.20:7450',
  user: 'carol',
  fingerprint: 'ab'.repeat(32),
  port: 40_000,
  reachable: true,
  since: Date.now() - 754_000,
};

const settings: SettingsBody = {
  limitUp: 5 * 1_048_576,
  limitDown: null,
  uploadSlots: 8,
  maxOwners: 8,
  downloadSlots: 3,
  downloads: '/home/carol/Downloads',
  shareFolder: '/home/carol/Shared',
  peerPort: 0,
};

/** Serves a built page, and an API that knows much and does little. */
export async function openFakeApi(options: FakeOptions): Promise<FakeApi> {
  const contents = fakeContents(options.resources ?? 500);
  let connection = options.connection ?? online;
  let downloads = fakeDownloads();
  let shares = fakeShares();
  const streams = new Set<ServerResponse>();
  const asked: string[] = [];

  const send: FakeApi['send'] = (event, body) => {
    for (const stream of streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(body)}\n\n`);
  };
  const status = (): StatusBody => ({
    version: '0.1.0',
    connection,
    server: '192.168.1.20:7450',
    user: 'carol',
    roll: { version: 1, state: 'live', resources: contents.length, users: 6, cut: false },
  });
  const samples = Array.from({ length: 200 }, (_, n) => ({
    at: Date.now() - (200 - n) * 1000,
    up: 9e6 + 8e6 * Math.sin(n / 17),
    down: n < 60 ? 0 : 8e7 + 2e7 * Math.sin(n / 9),
  }));

  const answer = (method: string, path: string, query: URLSearchParams, body: Record<string, unknown>): unknown => {
    const [first = '', second = '', third = ''] = path.slice(1).split('/').map(decodeURIComponent);
    switch (`${method} ${first}`) {
      case 'GET status':
        return status();
      case 'GET trackers':
        return {
          trackers: [{ host: '192.168.1.20', port: 7450, name: 'Lab tracker', fingerprint: 'ab'.repeat(32) }],
          off: false,
        };
      case 'PUT connection':
        if (options.problem !== undefined) return options.problem;
        connection = { ...online, server: String(body['server']), user: String(body['user']) } as ConnectionBody;
        send('connection', connection);
        return connection;
      case 'DELETE connection':
        connection = { state: 'offline' };
        send('connection', connection);
        return connection;
      case 'GET users':
        return { version: 1, users: contents.length > 4 ? fakeUsers() : fakeUsers().filter(({ self }) => self) };
      case 'GET resources':
        return askContents(contents, resourcesQuery.parse(Object.fromEntries(query)));
      case 'GET shares':
        return { shares };
      case 'POST shares':
        return fakeShares()[0];
      case 'DELETE shares':
        shares = shares.filter(({ name }) => name !== second);
        send('withdrawn', { name: second });
        return undefined;
      case 'POST drops':
        return second === '' ? { drop: 'drop-1' } : { shares: [] };
      case 'GET transfers':
        if (second === '') return { downloads, uploads: fakeUploads() };
        return {
          ...downloads.find(({ id }) => id === second),
          pieces: {
            pieces: 1812,
            have: 774,
            cells: Array.from({ length: 200 }, (_, n) =>
              Math.max(0, Math.min(100, Math.round(150 * Math.sin(n / 7) ** 2 - n / 2))),
            ),
          },
        };
      case 'POST transfers': {
        const known = downloads.find(({ id }) => id === second);
        if (known === undefined) return { ...downloads[0], name: body['name'] };
        const state = ({ pause: 'paused', resume: 'running', cancel: 'cancelled' } as const)[third] ?? known.state;
        send('download', { ...known, state });
        return { ...known, state };
      }
      case 'DELETE transfers':
        downloads = downloads.filter(({ id }) => id !== second);
        send('forgotten', { id: second });
        return undefined;
      case 'GET rates':
        return { samples };
      case 'GET log':
        return { entries: logEntries(query.get('level')) };
      case 'GET settings':
        return settings;
      case 'PATCH settings':
        send('settings', { ...settings, ...body });
        return { ...settings, ...body };
      case 'GET folders':
        return folder(query.get('path') ?? '/home/carol');
      case 'POST links':
        return {
          url: 'https://192.168.1.25:40000/l/8f2kd02mfkq',
          owner: 'ada',
          name: body['name'],
          size: 1_900_000_000,
          expires: Date.now() + 3_600_000,
          uses: body['uses'] ?? null,
          qr: fakeQr(),
        };
      case 'GET date':
        return { date: '2026-05-01T14:03:00.123+02:00', source: 'this machine' };
      default:
        return undefined;
    }
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const method = request.method ?? 'GET';
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const json = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
      response.end(body === undefined ? '' : JSON.stringify(body));
    };
    if (!pathname.startsWith('/api/')) return servePage(options.page, pathname, response);
    const path = pathname.replace('/api/v1', '');
    if (path === '/session') {
      const good = text.includes(code);
      return json(good ? 200 : 403, good ? { token } : { code: 'refused', detail: 'that code was used' });
    }
    if (request.headers.authorization !== `Bearer ${token}`)
      return json(401, { code: 'unauthorized', detail: 'no token' });
    if (pathname === '/api/openapi.json') return json(200, openApi);
    if (path === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 1000\n\n');
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return;
    }
    if (method !== 'GET') asked.push(`${method} ${path}${text === '' || text.length > 500 ? '' : ` ${text}`}`);
    const body = request.headers['content-type'] === 'application/json' && text !== '' ? JSON.parse(text) : {};
    const found = answer(method, path, searchParams, body);
    if (typeof found === 'object' && found === options.problem)
      return json(options.problem?.status ?? 500, options.problem?.body);
    json(found === undefined ? 204 : 200, found);
  };

  const server = createServer((request, response) => {
    response.setHeader('content-security-policy', policy);
    serve(request, response).catch((error) => response.destroy(error));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/#${code}`,
    asked,
    send,
    cut() {
      for (const stream of streams) stream.destroy();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function servePage(folder: string, path: string, response: ServerResponse): Promise<void> {
  const file = join(folder, normalize(path === '/' ? '/index.html' : path));
  const bytes = await readFile(file).catch(() => undefined);
  response.writeHead(bytes === undefined ? 404 : 200, { 'content-type': types[extname(file)] ?? 'text/plain' });
  response.end(bytes);
}

const folder = (path: string): object => ({
  path,
  parent: path === '/' ? null : path.slice(0, path.lastIndexOf('/')) || '/',
  places: [
    { name: 'Home', path: '/home/carol' },
    { name: 'Shared', path: '/home/carol/Shared' },
    { name: '/', path: '/' },
  ],
  entries: [
    { name: 'Pictures', path: `${path}/Pictures`, kind: 'folder', size: null, modified: 0 },
    { name: 'work', path: `${path}/work`, kind: 'folder', size: null, modified: 0 },
    { name: 'notes.txt', path: `${path}/notes.txt`, kind: 'file', size: 4_210, modified: 0 },
    { name: 'صورة.png', path: `${path}/صورة.png`, kind: 'file', size: 3_400_000, modified: 0 },
  ],
  cut: false,
});

const fakeQr = (): string[] =>
  Array.from({ length: 33 }, (_, y) =>
    Array.from({ length: 33 }, (_, x) => ((x * 7 + y * 13 + x * y) % 5 < 2 ? '1' : '0')).join(''),
  );

const openApi = {
  openapi: '3.1.0',
  info: { description: 'What the page does, a script can do.' },
  paths: {
    '/api/v1/resources': {
      get: {
        tags: ['roll'],
        summary: 'What is shared: identical copies are one row',
        parameters: [{ name: 'pattern', in: 'query', schema: { type: 'string' } }],
        responses: {
          200: {
            description: 'Done',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Rows' } } },
          },
        },
      },
    },
    '/api/v1/transfers': {
      post: {
        tags: ['transfers'],
        summary: 'Download by name',
        requestBody: {
          content: { 'application/json': { schema: { type: 'object', properties: { name: { type: 'string' } } } } },
        },
        responses: { 204: { description: 'Done' } },
      },
    },
  },
  components: {
    schemas: {
      Rows: {
        type: 'object',
        required: ['total'],
        properties: { total: { type: 'integer' }, rows: { type: 'array', items: { type: 'string' } } },
      },
    },
  },
};

const logEntries = (level: string | null): readonly LogEntryBody[] =>
  ofLevel(
    Array.from({ length: 400 }, (_, n) => fakeEntry(n + 1)),
    logLevels.find((one) => one === level) ?? 'info',
  );
