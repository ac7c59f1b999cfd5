import { beforeEach, describe, expect, it } from 'vitest';
import { uploadBody } from '../../../../src/client/sharing/serve/upload.ts';

const chunk = (text: string): Uint8Array => Buffer.from(text);
let told: string[];
const end = { failed: (error: unknown) => told.push(String(error)), close: () => told.push('closed') };

async function* rest(...texts: string[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const text of texts) {
    if (text === 'broken') throw new Error('broken');
    yield chunk(text);
  }
}

beforeEach(() => {
  told = [];
});

describe('the body of an upload', () => {
  it('is the first chunk and the rest, and closes once at its end', async () => {
    const caller = new AbortController();
    const chunks = uploadBody(chunk('a'), rest('b', 'c'), caller.signal, end)[Symbol.asyncIterator]();
    const values = [await chunks.next(), await chunks.next(), await chunks.next()].map(({ value }) => String(value));
    expect([values, told]).toEqual([['a', 'b', 'c'], []]);
    expect([await chunks.next(), await chunks.next()]).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    caller.abort();
    expect(told).toEqual(['closed']);
  });

  it('fails where reading fails, and tells of it once it is closed', async () => {
    const body = uploadBody(chunk('a'), rest('broken'), new AbortController().signal, end);
    const chunks = body[Symbol.asyncIterator]();
    await chunks.next();
    await expect(chunks.next()).rejects.toThrow('broken');
    expect(told).toEqual(['closed', 'Error: broken']);
  });

  it('closes at once when the caller is gone, and gives nothing more', async () => {
    const caller = new AbortController();
    const chunks = uploadBody(chunk('a'), rest('b'), caller.signal, end)[Symbol.asyncIterator]();
    caller.abort(new Error('gone'));
    expect(told).toEqual(['closed']);
    await expect(chunks.next()).rejects.toThrow('gone');
  });

  it('closes at once where the caller was gone before', () => {
    uploadBody(chunk('a'), rest(), AbortSignal.abort(), end);
    expect(told).toEqual(['closed']);
  });
});
