import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../base/log.ts';
import { asProblem } from './asProblem.ts';
import { type Problem, problemType } from './problem.ts';

export function sendProblem(reply: FastifyReply, told: Problem): FastifyReply {
  if (told.status === 401) reply.header('WWW-Authenticate', 'Bearer realm="rollcall"');
  return reply
    .code(told.status)
    .headers({ 'Cache-Control': 'no-store' })
    .type(problemType)
    .serializer((body: unknown) => JSON.stringify(body))
    .send(told);
}

/** Answers with what went wrong; a fault is written to the log, and only there in full. `more` adds what else is to be told of it. */
export function failWith(
  log: Log,
  more: (error: unknown) => object = () => ({}),
): (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  return (error, { method, url }, reply) => {
    const told = { ...asProblem(error), ...more(error) };
    if (told.code === 'fault') {
      const stack = error instanceof Error ? error.stack : String(error);
      log.error({ method, path: url.split('?')[0], stack }, 'a request failed');
    }
    return sendProblem(reply, told);
  };
}
