import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ask, bearer } from '../../../../web/support.ts';
import { openScene, type Scene, token } from '../apiScene.ts';
import { aContent, aDownload, anEntry, anId, anUpload, aShare, aUser, online } from '../fakeDaemon.ts';

/** As much of an OpenAPI document as is looked at. */
interface Operation {
  summary?: string;
  tags?: string[];
  security?: unknown[];
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}
interface Document {
  openapi: string;
  security: unknown;
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: unknown };
}

/** How each operation is called: its path and body, where they are no constants. */
const calls: Record<string, { path?: string; body?: () => unknown; raw?: string }> = {
  'post /api/v1/session': { body: () => ({ code: scene.codes.issue() }) },
  'get /api/v1/status': {},
  'put /api/v1/connection': { body: () => ({ server: 'tracker', user: 'Carol' }) },
  'delete /api/v1/connection': {},
  'get /api/v1/trackers': {},
  'get /api/v1/users': {},
  'get /api/v1/resources': { path: '/api/v1/resources?pattern=film&sort=size&order=down&offset=0&limit=10' },
  'get /api/v1/shares': {},
  'post /api/v1/shares': { body: () => ({ path: '/shared/new.txt', description: 'new', to: ['Bob'] }) },
  'delete /api/v1/shares/{name}': { path: '/api/v1/shares/old.txt' },
  'post /api/v1/drops': {},
  'put /api/v1/drops/{drop}/files': { path: '/api/v1/drops/drop-1/files?path=a.txt', raw: 'content' },
  'post /api/v1/drops/{drop}/publish': { path: '/api/v1/drops/drop-1/publish', body: () => ({}) },
  'delete /api/v1/drops/{drop}': { path: '/api/v1/drops/drop-1' },
  'get /api/v1/transfers': {},
  'post /api/v1/transfers': { body: () => ({ name: 'film.mkv', from: 'Bob' }) },
  'get /api/v1/transfers/{id}': { path: '/api/v1/transfers/one' },
  'delete /api/v1/transfers/{id}': { path: '/api/v1/transfers/three' },
  'post /api/v1/transfers/{id}/pause': { path: '/api/v1/transfers/one/pause' },
  'post /api/v1/transfers/{id}/resume': { path: '/api/v1/transfers/one/resume' },
  'post /api/v1/transfers/{id}/cancel': { path: '/api/v1/transfers/one/cancel' },
  'post /api/v1/transfers/{id}/open': { path: '/api/v1/transfers/two/open' },
  'get /api/v1/rates': {},
  'get /api/v1/log': { path: '/api/v1/log?level=debug&after=0&limit=5' },
  'get /api/v1/settings': {},
  'patch /api/v1/settings': { body: () => ({ limitUp: 5000, downloadSlots: 2 }) },
  'get /api/v1/date': {},
  'get /api/v1/folders': { path: '/api/v1/folders?path=%2F' },
  'post /api/v1/links': { body: () => ({ name: 'film.mkv', uses: 3 }) },
};

let scene: Scene;
let document: Document;
beforeAll(async () => {
  scene = await openScene({
    discover: async () => [{ host: '192.168.1.10', port: 7450, name: 'lab', fingerprint: 'ab'.repeat(32) }],
  });
  document = (await ask(scene.site, { path: '/api/openapi.json' })).json;
  const { daemon } = scene;
  daemon.connection = online;
  daemon.userRows = [aUser('Bob'), aUser('Old', { fingerprint: undefined })];
  daemon.contentRows = [aContent('film.mkv'), aContent('film-2.mkv', { id: null, size: null })];
  daemon.shareRows = [aShare('old.txt'), aShare('half.txt', { state: 'hashing', hashing: { bytes: 1, size: 2 } })];
  daemon.downloadRows = [
    aDownload('one', { waiting: { owner: 'Bob', place: 2 } }),
    aDownload('two', { state: 'done', path: '/tmp/film.mkv', endedAt: 4 }),
    aDownload('three', { state: 'failed', error: { code: 'unreachable', message: 'nobody' } }),
  ];
  daemon.uploadRows = [anUpload];
  daemon.samples = [{ at: 1, up: 2, down: 3 }];
  daemon.entries = [anEntry(1)];
  daemon.bar = { pieces: 10, have: 5, cells: [100, 0] };
});
afterAll(() => scene[Symbol.asyncDispose]());

/** A check of what a schema of the document says. */
function schemaOf(schema: object): z.ZodType {
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
}

const operations = (): [string, string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, Operation] => [path, method, operation]),
  );

describe('the OpenAPI document', () => {
  it('can be had without a token, and is valid', async () => {
    expect(document.openapi).toBe('3.1.0');
    expect(await new Validator().validate(JSON.parse(JSON.stringify(document)))).toEqual({ valid: true });
  });

  it('tells of the token, and of every operation what it is for and how it fails', () => {
    expect(document.security).toEqual([{ token: [] }]);
    expect(document.components.securitySchemes).toMatchObject({ token: { type: 'http', scheme: 'bearer' } });
    const tags = new Set(document.tags.map(({ name }) => name));
    for (const [path, method, { summary = '', tags: [tag = ''] = [], responses, security }] of operations()) {
      expect(summary, `${method} ${path}`).toMatch(/^[A-Z].{10,}/);
      expect(tags, `${method} ${path}`).toContain(tag);
      expect(responses['default']?.content, path).toEqual({
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      });
      expect(security, path).toEqual(path === '/api/v1/session' ? [] : undefined);
    }
  });

  it('has no schema that nothing refers to', () => {
    const text = JSON.stringify(document);
    for (const name of Object.keys(document.components.schemas)) expect(text).toContain(`schemas/${name}"`);
  });

  it('knows every operation that is called below, and no other', () => {
    const told = operations().map(([path, method]) => `${method} ${path}`);
    expect(told.sort()).toEqual([...Object.keys(calls), 'get /api/v1/events'].sort());
  });
});

describe('the API', () => {
  it.each(Object.entries(calls))(
    'answers %s as the document says, and refuses it without the token',
    async (name, how) => {
      const [method = '', template = ''] = name.split(' ');
      const path = how.path ?? template;
      const type = how.raw === undefined ? 'application/json' : 'application/octet-stream';
      const headers: Record<string, string> = how.body || how.raw ? { 'content-type': type } : {};
      const asked = (more: Record<string, string>) => {
        const body = how.raw ?? (how.body === undefined ? undefined : JSON.stringify(how.body()));
        const sent = body === undefined ? {} : { body };
        return ask(scene.site, { method: method.toUpperCase(), path, headers: { ...headers, ...more }, ...sent });
      };
      const problem = schemaOf({ $ref: '#/components/schemas/Problem' });
      if (template !== '/api/v1/session') {
        const refused = await asked({});
        expect(refused.status).toBe(401);
        expect(problem.safeParse(refused.json).error).toBeUndefined();
      }
      const answer = await asked(bearer(token));
      const responses = document.paths[template]?.[method]?.responses ?? {};
      expect(Object.keys(responses), answer.text).toContain(String(answer.status));
      const schema = responses[answer.status]?.content?.['application/json']?.schema;
      if (schema === undefined) expect(answer).toMatchObject({ status: 204, text: '' });
      else expect(schemaOf(schema).safeParse(answer.json).error).toBeUndefined();
    },
  );

  it('would not pass an answer that the document does not say', () => {
    const schema = schemaOf({ $ref: '#/components/schemas/Download' });
    expect(schema.safeParse(aDownload('one')).success).toBe(true);
    expect(schema.safeParse({ ...aDownload('one'), bytes: '5' }).success).toBe(false);
    expect(schema.safeParse({ ...aDownload('one'), content: anId.slice(1) }).success).toBe(false);
  });
});
