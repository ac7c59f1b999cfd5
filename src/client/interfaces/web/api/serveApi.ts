import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { failWith } from '../../../../web/sendProblem.ts';
import { AmbiguousError } from '../../../app.ts';
import type { Api, ApiOptions, Routes } from './api.ts';
import { document } from './openApi.ts';
import { connectionRoutes } from './routes/connection.ts';
import { dropFileRoutes, dropRoutes } from './routes/drops.ts';
import { eventRoutes } from './routes/events.ts';
import { folderRoutes } from './routes/folders.ts';
import { linkRoutes } from './routes/links.ts';
import { rollRoutes } from './routes/roll.ts';
import { sessionRoutes } from './routes/session.ts';
import { shareRoutes } from './routes/shares.ts';
import { systemRoutes } from './routes/system.ts';
import { transferRoutes } from './routes/transfers.ts';

const groups: readonly Routes[] = [
  sessionRoutes,
  connectionRoutes,
  rollRoutes,
  shareRoutes,
  dropRoutes,
  dropFileRoutes,
  transferRoutes,
  systemRoutes,
  folderRoutes,
  linkRoutes,
  eventRoutes,
];

/** The REST API below `/api/v1`, and the document that tells of it. */
export async function serveApi(app: FastifyInstance, options: ApiOptions): Promise<void> {
  const plugin: FastifyPluginAsync = async (scope) => {
    const api: Api = scope.withTypeProvider<ZodTypeProvider>();
    api.setValidatorCompiler(validatorCompiler);
    api.setSerializerCompiler(serializerCompiler);
    api.setErrorHandler(failWith(options.log, choicesOf));
    await api.register(swagger, document(options.version));
    for (const routes of groups) await api.register(inRoom(routes, options), { prefix: '/api/v1' });
    api.get('/api/openapi.json', { config: { open: true }, schema: { hide: true } }, async () => api.swagger());
  };
  await app.register(plugin);
}

const inRoom =
  (routes: Routes, options: ApiOptions): FastifyPluginAsync =>
  async (scope) =>
    routes(scope.withTypeProvider<ZodTypeProvider>(), options);

const choicesOf = (error: unknown): object => (error instanceof AmbiguousError ? { choices: error.choices } : {});
