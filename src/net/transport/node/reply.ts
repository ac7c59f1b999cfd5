import type { ServerResponse } from 'node:http';
import { RollcallError } from '../../../base/errors.ts';
import { closeSource, whileThere } from '../bodies.ts';
import { maxWriteBytes } from '../limits.ts';
import type { HttpReply } from '../transport.ts';
import type { Presence } from './presence.ts';

/**
 * Sends an answer as fast as the caller takes it. A chunk is done with once the next is asked for.
 * @throws what the body throws, or RollcallError `fault` where it is not as long as its header says
 */
export async function sendReply(
  response: ServerResponse,
  { status, headers, body }: HttpReply,
  presence: Presence,
  gone: AbortSignal,
): Promise<void> {
  const bodiless = response.req.method === 'HEAD' || status === 204 || status === 304;
  const fields = new Map(headers);
  if (body instanceof Uint8Array) fields.set('content-length', String(body.length));
  if (body === undefined && !bodiless) fields.set('content-length', '0');
  response.writeHead(status, Object.fromEntries(fields));
  if (body !== undefined && !(body instanceof Uint8Array)) {
    const chunks = whileThere(body, gone);
    if (bodiless) closeSource(chunks);
    else await pour(response, chunks, fields.get('content-length'), presence, gone);
  } else if (body !== undefined && !bodiless) {
    await write(response, body, presence, gone);
  }
  response.end();
}

async function pour(
  response: ServerResponse,
  chunks: AsyncIterator<Uint8Array>,
  announced: string | undefined,
  presence: Presence,
  gone: AbortSignal,
): Promise<void> {
  response.flushHeaders();
  let left = announced === undefined ? Number.POSITIVE_INFINITY : Number(announced);
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    left -= next.value.length;
    if (left < 0) throw new RollcallError('fault', 'a body is longer than its header says');
    await write(response, next.value, presence, gone);
    if (gone.aborted) return;
  }
  if (left !== 0 && announced !== undefined && !gone.aborted) {
    throw new RollcallError('fault', 'a body is shorter than its header says');
  }
}

async function write(
  response: ServerResponse,
  bytes: Uint8Array,
  presence: Presence,
  gone: AbortSignal,
): Promise<void> {
  for (let from = 0; from < bytes.length && !gone.aborted; from += maxWriteBytes) {
    presence.writeBegan();
    await taken(response, bytes.subarray(from, from + maxWriteBytes), gone);
    presence.writeEnded();
  }
}

/** Resolves once the bytes have left for the caller, or he is gone. */
function taken(response: ServerResponse, bytes: Uint8Array, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      gone.removeEventListener('abort', done);
      resolve();
    };
    gone.addEventListener('abort', done, { once: true });
    if (gone.aborted) done();
    else response.write(bytes, done);
  });
}
