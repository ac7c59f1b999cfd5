import { access } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { RollcallError } from '../base/errors.ts';

/** What the build names after its content: it never changes under its name. */
const hashed = /^\/assets\/[^/?]+-[\w-]{8,}\.\w+$/;
const whole = new Set([200, 206, 304]);

/** @throws RollcallError `fault` where the page was not built */
export async function findPage(folder: string): Promise<void> {
  try {
    await access(join(folder, 'index.html'));
  } catch (cause) {
    throw new RollcallError('fault', `the page is missing in ${folder}: run make to build it`, { cause });
  }
}

export async function servePage(app: FastifyInstance, folder: string): Promise<void> {
  const files: FastifyPluginAsync = async (scope) => {
    scope.addHook('onSend', async ({ url }, reply) => {
      if (whole.has(reply.statusCode) && hashed.test(url)) {
        reply.header('Cache-Control', 'public, max-age=31536000, immutable');
      }
    });
    const look = { cacheControl: false, dotfiles: 'ignore', schemaHide: true } as const;
    await scope.register(fastifyStatic, { root: folder, ...look });
  };
  await app.register(files);
}
