import { createParser } from 'eventsource-parser';

/** `refused`: the token is not, or no longer, the right one, and it is not tried again. */
export type StreamState = 'opening' | 'open' | 'away' | 'refused';

export interface StreamOptions {
  url: string;
  /** Sent as `Authorization: Bearer`, which a browser's own EventSource cannot. */
  token?: string | undefined;
  /** Each event by its name, its data read as JSON. */
  told(event: string, data: unknown): void;
  /** Called with each change. After every `open` what was known may be old. */
  state(state: StreamState): void;
  fetch?: typeof fetch;
  wait?: (ms: number) => Promise<void>;
}

/** The first try again, milliseconds; doubled each time that fails. */
const firstWaitMs = 500;
/** A person who looks at the page should not wait longer than that for what came back. */
const lastWaitMs = 5000;
/** The server speaks each second, or sends a comment every 15 s: silent for longer, it is gone without a word. */
const silentMs = 45_000;

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Reads an event stream, again and again until closed. Returns how to close it. */
export function readEvents(options: StreamOptions): () => void {
  const closing = new AbortController();
  void keepReading(options, closing.signal);
  return () => closing.abort();
}

async function keepReading(options: StreamOptions, closed: AbortSignal): Promise<void> {
  const { wait = sleep, state } = options;
  let waitMs = firstWaitMs;
  state('opening');
  while (!closed.aborted) {
    const end = await readOnce(options, closed).catch(() => 'failed' as const);
    if (closed.aborted) return;
    if (end === 'refused') return state('refused');
    state('away');
    if (end === 'ended') waitMs = firstWaitMs;
    await wait(waitMs);
    waitMs = Math.min(waitMs * 2, lastWaitMs);
  }
}

async function readOnce(options: StreamOptions, closed: AbortSignal): Promise<'ended' | 'failed' | 'refused'> {
  const { url, token, told, state, fetch: ask = fetch } = options;
  const once = new AbortController();
  const end = (): void => once.abort();
  closed.addEventListener('abort', end);
  let silence = setTimeout(end, silentMs);
  try {
    const headers = {
      accept: 'text/event-stream',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const answer = await ask(url, { headers, signal: once.signal });
    if (answer.status === 401) return 'refused';
    if (!answer.ok || answer.body === null) return 'failed';
    state('open');
    const parser = createParser({
      onEvent: ({ event, data }) => {
        const value = readJson(data);
        if (value !== undefined && !closed.aborted) told(event ?? 'message', value);
      },
    });
    const text = new TextDecoder();
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }) as const);
      if (done) return 'ended';
      clearTimeout(silence);
      silence = setTimeout(end, silentMs);
      parser.feed(text.decode(value, { stream: true }));
    }
  } finally {
    clearTimeout(silence);
    closed.removeEventListener('abort', end);
    once.abort();
  }
}

function readJson(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
