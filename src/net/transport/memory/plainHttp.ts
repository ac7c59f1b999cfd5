import { maxHeadBytes } from '../limits.ts';
import type { HttpReply, HttpRequest, Stream } from '../transport.ts';

/** Speaks HTTP/1.1 (RFC 9112) on a stream, as far as a client without tricks needs it: no bodies of requests. */
export function speakHttp(
  stream: Stream,
  gone: () => void,
  answer: (request: HttpRequest) => Promise<HttpReply>,
): void {
  let text = '';
  let busy = false;
  const refuse = (status: number): void => {
    stream.write(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
    stream.end();
  };
  /** What comes while this waits it finds before it is done. */
  const serve = async (): Promise<void> => {
    busy = true;
    for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
      const request = parseHead(text.slice(0, end));
      text = text.slice(end + 4);
      if (request === undefined) return refuse(400);
      if (request.headers.has('content-length')) return refuse(413);
      await send(stream, request.method, await answer(request));
      if (request.headers.get('connection') === 'close') return stream.end();
    }
    busy = false;
    if (text.length > maxHeadBytes) refuse(431);
  };
  stream.open({
    data(bytes) {
      text += Buffer.from(bytes).toString('latin1');
      if (!busy) serve().catch(() => stream.destroy());
    },
    closed: gone,
  });
}

function parseHead(head: string): HttpRequest | undefined {
  const [first = '', ...lines] = head.split('\r\n');
  const [, method, path] = /^([A-Z]+) (\/[\x21-\x7e]*) HTTP\/1\.[01]$/.exec(first) ?? [];
  if (method === undefined || path === undefined) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) return undefined;
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { method, path, headers };
}

async function send(stream: Stream, method: string, { status, headers, body }: HttpReply): Promise<void> {
  const fields = new Map(headers);
  const whole = body === undefined || body instanceof Uint8Array;
  if (whole) fields.set('content-length', String(body?.length ?? 0));
  const chunked = !fields.has('content-length');
  if (chunked) fields.set('transfer-encoding', 'chunked');
  stream.write(`HTTP/1.1 ${status} Answer\r\n${[...fields].map((field) => `${field.join(': ')}\r\n`).join('')}\r\n`);
  if (method === 'HEAD' || body === undefined) return;
  if (whole) return stream.write(body);
  for await (const chunk of body) {
    if (chunked) stream.write(`${chunk.length.toString(16)}\r\n`);
    stream.write(chunk);
    if (chunked) stream.write('\r\n');
    await stream.drained();
  }
  if (chunked) stream.write('0\r\n\r\n');
}
