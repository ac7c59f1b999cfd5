import { readEvents } from '../../../web/page/eventStream.ts';
import type { EventBodies, HappeningsBody, LogBody, SamplesBody, StatusBody } from '../api/bodies.ts';
import type { Ask } from './ask.ts';
import type { Told } from './state.ts';
import type { Store } from './store.ts';

export interface Following {
  store: Store;
  ask: Ask;
  token: string | undefined;
  /** The tracker wants a token, or another one. */
  locked(): void;
}

/** Lines of the log that the page starts with. */
const firstLines = 300;

type ToldEvent = { [Name in keyof EventBodies]: { event: Name; body: EventBodies[Name] } }[keyof EventBodies];

/** Keeps the state true to what the tracker tells, and asks for all of it at the start and whenever something was lost. */
export function follow({ store, ask, token, locked }: Following): () => void {
  const askAll = (): void => void askFor(store, ask);
  return readEvents({
    url: '/api/v1/events',
    token,
    state(stream) {
      store.tell({ event: 'stream', body: stream });
      if (stream === 'refused') locked();
      if (stream === 'open') askAll();
    },
    told(event, body) {
      // The server is the one that this page came from: it tells what its types say.
      const told = { event, body } as ToldEvent;
      if (told.event === 'missed') return askAll();
      if (told.event === 'happened' && told.body.missed > 0) askAll();
      store.tell(told);
    },
  });
}

/** Each for itself: one that fails is asked again when the stream opens next. */
async function askFor({ tell }: Store, ask: Ask): Promise<void> {
  const use = <Answer>(path: string, told: (answer: Answer) => Told, query = {}): Promise<void> =>
    ask<Answer>(path, query).then(
      (answer) => tell(told(answer)),
      () => undefined,
    );
  await Promise.all([
    use<StatusBody>('status', (body) => ({ event: 'status', body, at: Date.now() })),
    use<HappeningsBody>('happenings', (body) => ({ event: 'happenings', body })),
    use<SamplesBody>('samples', ({ samples }) => ({ event: 'samples', body: samples })),
    use<LogBody>('log', ({ entries }) => ({ event: 'entries', body: entries }), { level: 'debug', limit: firstLines }),
  ]);
}
