import { z } from 'zod';
import { RollcallError } from '../../../../../base/errors.ts';
import { openEventStream } from '../../../../../web/eventStream.ts';
import type { Routes } from '../api.ts';
import type { EventBodies } from '../bodies.ts';
import { follow } from '../follow.ts';
import { maxStreams } from '../limits.ts';
import { done } from '../schemas/answers.ts';
import { events } from '../schemas/events.ts';

/** Each name, and the schema of its data where that has one of its own. */
const names = Object.entries(events).map(([name, schema]) => {
  const id = z.globalRegistry.get(schema)?.id;
  return id === undefined ? name : `${name} (${id})`;
});
const told = `Server-sent events, as they happen. Each has one of these names, and its data is JSON: ${names.join(', ')}.`;
const stream = { description: told, content: { 'text/event-stream': { schema: z.string() } } };

export const eventRoutes: Routes = (api, { daemon, clock }) => {
  let open = 0;
  const response = { 200: stream, default: done.default };
  const schema = { tags: ['events'], summary: 'What happens, as it happens', response };
  api.get('/events', { schema }, (request, reply) => {
    if (open >= maxStreams) {
      throw new RollcallError('limit', `${maxStreams} event streams are open: close some of the pages or scripts`);
    }
    open += 1;
    const out = openEventStream<EventBodies>(request, reply, clock);
    const following = follow(daemon, out, clock);
    out.ended.addEventListener('abort', () => {
      open -= 1;
      following[Symbol.dispose]();
    });
  });
};
