import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../base/clock.ts';
import { bodyMs } from './limits.ts';

/** Ends connections whose body does not come: fields come at once, and a connection that waits for them is one less. */
export function limitBodyTime(app: FastifyInstance, clock: Clock): void {
  const waiting = new WeakMap<FastifyRequest, Disposable>();
  app.addHook('preParsing', async (request) => {
    if (request.routeOptions.config.streamed) return;
    waiting.set(
      request,
      clock.after(bodyMs, () => request.raw.destroy()),
    );
  });
  const came = async (request: FastifyRequest): Promise<void> => waiting.get(request)?.[Symbol.dispose]();
  app.addHook('preValidation', came);
  app.addHook('onResponse', came);
  app.addHook('onRequestAbort', came);
}
