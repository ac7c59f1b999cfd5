import type { FastifyRequest } from 'fastify';
import type { Routes } from '../api.ts';
import { termsOf } from '../fields.ts';
import { answers, done } from '../schemas/answers.ts';
import { byDrop, drop, dropFile, dropFileQuery } from '../schemas/drops.ts';
import { shares, terms } from '../schemas/shares.ts';

const tags = ['drops'];

export const dropRoutes: Routes = (api, { daemon: { drops } }) => {
  const opening = { tags, summary: 'Begin to hand over files that are shared once all have come' };
  api.post('/drops', { schema: { ...opening, response: answers(drop) } }, async () => ({ drop: await drops.open() }));

  const publishing = { tags, summary: 'Put what came into the share folder, and share it' };
  const publish = { ...publishing, params: byDrop, body: terms, response: answers(shares) };
  api.post('/drops/:drop/publish', { schema: publish }, async ({ params, body }) => ({
    shares: await drops.publish(params.drop, termsOf(body)),
  }));

  const discarding = { tags, summary: 'Throw away what came', params: byDrop, response: done };
  api.delete('/drops/:drop', { schema: discarding }, async ({ params }, reply) => {
    await drops.discard(params.drop);
    return reply.code(204).send();
  });
};

/** In a room of its own, where a body of any type and length is left to be read. */
export const dropFileRoutes: Routes = (api, { daemon: { drops } }) => {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser('*', (_request, _body, go) => go(null));
  const putting = {
    tags,
    summary: 'Hand over one file; nothing of one that breaks off is kept',
    consumes: ['application/octet-stream'],
    params: byDrop,
    querystring: dropFileQuery,
    body: dropFile,
    response: done,
  };
  api.put('/drops/:drop/files', { config: { streamed: true }, schema: putting }, async (request, reply) => {
    const { params, query, raw, headers } = request;
    const told = headers['content-length'];
    await drops.put(params.drop, query.path, chunks(raw), told === undefined ? undefined : Number(told));
    return reply.code(204).send();
  });
};

/** Whoever stops reading leaves the connection as it is, so that the caller is answered. */
async function* chunks(raw: FastifyRequest['raw']): AsyncGenerator<Uint8Array> {
  yield* raw.iterator({ destroyOnReturn: false });
}
