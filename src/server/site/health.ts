import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../base/clock.ts';
import type { Readiness } from '../readiness.ts';
import { readinessMs } from './limits.ts';
import type { Pulse } from './pulse.ts';

export interface HealthParts {
  pulse: Pulse;
  ready(): Promise<Readiness>;
  clock: Clock;
}

/** What a supervisor asks, without a token: is this process alive, and is it of use? */
export function addHealth(app: FastifyInstance, { pulse, ready, clock }: HealthParts): void {
  let found: Promise<Readiness> | undefined;
  let foundAt = 0;
  const readiness = (): Promise<Readiness> => {
    if (found !== undefined && clock.now() - foundAt < readinessMs) return found;
    foundAt = clock.now();
    found = ready();
    return found;
  };

  app.get('/healthz', { config: { open: true } }, (_, reply) => {
    const alive = pulse.steady;
    reply.code(alive ? 200 : 503).send({ alive });
  });

  app.get('/readyz', { config: { open: true } }, async (_, reply) => {
    const checks = await readiness();
    const isReady = Object.values(checks).every(Boolean);
    return reply.code(isReady ? 200 : 503).send({ ready: isReady, checks });
  });
}
