import type { FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Clock } from '../../../base/clock.ts';
import type { LogBook } from '../../../base/logBook.ts';
import { userName } from '../../../base/names.ts';
import type { UserRow } from '../../../base/roll.ts';
import { version } from '../../../base/version.ts';
import { openEventStream } from '../../../web/eventStream.ts';
import type { LivenessSettings } from '../../liveness/detector.ts';
import type { RunningTracker } from '../../server.ts';
import { maxRows, sampleMs } from '../limits.ts';
import type { Readers } from '../readers.ts';
import type { Samples } from '../samples.ts';
import type { TimeLine } from '../timeLine.ts';
import type { EventBodies, UserBody } from './bodies.ts';
import * as schemas from './schemas.ts';

export interface ApiParts {
  tracker: Pick<RunningTracker, 'at' | 'fingerprint' | 'operator'>;
  liveness: LivenessSettings;
  timeLine: TimeLine;
  samples: Samples;
  readers: Readers;
  book: LogBook;
  startedAt: number;
  clock: Clock;
}

/** The REST API of the tracker's page: all of it is to be read, and nothing changes anything. */
export function addApi(plain: FastifyInstance, parts: ApiParts): void {
  const { tracker, timeLine, samples, readers, book, clock } = parts;
  const { operator } = tracker;
  const app = plain.withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);

  app.get('/api/v1/status', { schema: { response: { 200: schemas.status } } }, async () => ({
    version,
    fingerprint: tracker.fingerprint,
    ...tracker.at,
    ...parts.liveness,
    startedAt: parts.startedAt,
    now: Math.round(clock.wall()),
    census: await operator.census(),
  }));

  app.get(
    '/api/v1/users',
    { schema: { querystring: schemas.pageQuery, response: { 200: schemas.users } } },
    async ({ query }) => {
      const { rows, next = null } = await operator.clients(query);
      return { users: rows.map(userBody), next, unreached: operator.unreached().slice(0, maxRows) };
    },
  );

  app.get(
    '/api/v1/resources',
    { schema: { querystring: schemas.resourcesQuery, response: { 200: schemas.resources } } },
    async ({ query: { owner, ...query } }) => {
      const of = owner === undefined ? undefined : userName(owner);
      const { rows, next = null } = await operator.files({ ...query, owner: of && (operator.nameOf(of) ?? of) });
      return { resources: rows, next };
    },
  );

  app.get('/api/v1/happenings', { schema: { response: { 200: schemas.happenings } } }, async () => ({
    happenings: [...timeLine.happenings()],
    from: timeLine.from,
  }));

  app.get('/api/v1/samples', { schema: { response: { 200: schemas.samples } } }, async () => ({
    everyMs: sampleMs,
    samples: [...samples.all()],
  }));

  app.get(
    '/api/v1/log',
    { schema: { querystring: schemas.logQuery, response: { 200: schemas.log } } },
    async ({ query: { level, after, limit } }) => ({ entries: book.entries({ level, after, most: limit }) }),
  );

  app.get('/api/v1/events', (request, reply) => {
    readers.expect();
    readers.add(openEventStream<EventBodies>(request, reply, clock));
  });
}

const userBody = ({ user, address, port, state, resources, udp, since, fingerprint }: UserRow): UserBody => ({
  user,
  address,
  port,
  state,
  resources,
  // Without a key there are no heartbeats.
  udp: fingerprint === undefined ? null : udp,
  since,
});
