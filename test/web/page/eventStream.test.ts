import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readEvents, type StreamState } from '../../../src/web/page/eventStream.ts';

type Answer = { status?: number; chunks?: string[] } | 'unreachable' | 'silent';

/** A server that answers so, one request after another, and then never again. */
function scene(...answers: Answer[]) {
  const told: unknown[] = [];
  const states: StreamState[] = [];
  const waits: number[] = [];
  const headers: (string | null)[] = [];
  let aborted = 0;
  const bytes = new TextEncoder();
  const fetched: typeof fetch = async (_, init) => {
    headers.push(new Headers(init?.headers).get('authorization'));
    const answer = answers.shift() ?? 'silent';
    if (answer === 'unreachable') throw new TypeError('refused');
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        init?.signal?.addEventListener('abort', () => {
          aborted += 1;
        });
        if (answer === 'silent') return;
        for (const chunk of answer.chunks ?? []) controller.enqueue(bytes.encode(chunk));
        controller.close();
      },
    });
    return new Response(body, { status: answer === 'silent' ? 200 : (answer.status ?? 200) });
  };
  const close = readEvents({
    url: '/events',
    token: 'secret',
    told: (event, data) => told.push([event, data]),
    state: (state) => states.push(state),
    fetch: fetched,
    wait: async (ms) => {
      waits.push(ms);
      await setImmediate();
    },
  });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 60; turn += 1) await setImmediate();
  };
  return { told, states, waits, headers, close, settle, aborts: () => aborted };
}

describe('the event stream', () => {
  it('tells each event by name with its data, however it was cut', async () => {
    const text = 'retry: 1000\n\nid: 1\nevent: roll\ndata: {"version":7}\n\n: beat\n\nevent: log\ndata: ["é"]\n\n';
    const { told, states, headers, settle, close } = scene({ chunks: [...text] });
    await settle();
    close();
    expect(told).toEqual([
      ['roll', { version: 7 }],
      ['log', ['é']],
    ]);
    expect(states.slice(0, 3)).toEqual(['opening', 'open', 'away']);
    expect(headers[0]).toBe('Bearer secret');
  });

  it('leaves out data that is no JSON, and goes on', async () => {
    const { told, settle, close } = scene({ chunks: ['data: {oops\n\ndata: 1\n\n'] });
    await settle();
    close();
    expect(told).toEqual([['message', 1]]);
  });

  it('comes again when it ends, and waits longer each time that nobody answers', async () => {
    const { states, waits, settle, close } = scene(
      {},
      'unreachable',
      { status: 500 },
      'unreachable',
      'unreachable',
      'unreachable',
      {},
      'silent',
    );
    await settle();
    close();
    expect(waits).toEqual([500, 1000, 2000, 4000, 5000, 5000, 500]);
    expect(states.filter((state) => state === 'open')).toHaveLength(3);
  });

  it('ends where the token is not the right one', async () => {
    const { states, waits, settle } = scene({ status: 401 }, {});
    await settle();
    expect(states).toEqual(['opening', 'refused']);
    expect(waits).toEqual([]);
  });

  it('tells nothing once it is closed, and lets the request go', async () => {
    const { states, settle, close, aborts } = scene('silent');
    await settle();
    close();
    await settle();
    expect(states).toEqual(['opening', 'open']);
    expect(aborts()).toBe(1);
  });
});
