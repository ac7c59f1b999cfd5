import { readEvents } from '../../../../../web/page/eventStream.ts';
import type { Calls } from '../calls/calls.ts';
import type { Problem } from '../calls/problem.ts';
import { justEnded, type ToldEvent } from './reduce.ts';
import type { App } from './useApp.ts';

/** Keeps the state true to what the server tells, and asks for all of it at the start and whenever something was lost. */
export function follow({ store, calls, token, say }: App, locked: () => void): () => void {
  return readEvents({
    url: '/api/v1/events',
    token,
    state(stream) {
      store.tell({ event: 'stream', body: stream });
      if (stream === 'refused') locked();
      if (stream === 'open') void askAll(calls, store.tell);
    },
    told(event, body) {
      // The server is the one that this page came from: it tells what the schemas say.
      const told = { event, body } as ToldEvent;
      if (told.event === 'missed') void askAll(calls, store.tell);
      if (told.event === 'download' && justEnded(store.state().downloads, told.body)) {
        const { name, state, error } = told.body;
        const to = { hash: '#/transfers', text: 'Show' };
        if (state === 'done') say('good', `“${name}” is saved.`, to);
        else say('bad', `“${name}” failed: ${error?.message ?? 'nobody knows why'}`, to);
      }
      store.tell(told);
    },
  });
}

/** Each for itself: one that fails is asked again with the next opening of the stream. */
async function askAll(calls: Calls, tell: App['store']['tell']): Promise<void> {
  const ask = <Answer>(question: Promise<Answer>, use: (answer: Answer) => void): Promise<void> =>
    question.then(use, (_: Problem) => undefined);
  await Promise.all([
    ask(calls.status(), (body) => tell({ event: 'status', body })),
    ask(calls.shares(), ({ shares }) => tell({ event: 'shares', body: shares })),
    ask(calls.transfers(), (body) => tell({ event: 'transfers', body })),
    ask(calls.rates(), ({ samples }) => tell({ event: 'samples', body: samples })),
    ask(calls.settings(), (body) => tell({ event: 'settings', body })),
    ask(calls.log({ level: 'debug', limit: 500 }), ({ entries }) => tell({ event: 'entries', body: entries })),
  ]);
}
