import { beforeEach, describe, expect, it } from 'vitest';
import { type RateLimit, unlimited } from '../../../../src/base/rateLimit.ts';
import { chunkBytes, sliceBytes } from '../../../../src/client/sharing/limits.ts';
import { type UploadWays, uploadBody } from '../../../../src/client/sharing/serve/upload.ts';
import { settle } from '../../../support/fakeClock.ts';

const chunk = (text: string): Uint8Array => Buffer.from(text);
let told: string[];
let ways: UploadWays;
let resume: (() => void) | undefined;
let waits: boolean;

async function* rest(...texts: string[]): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (const text of texts) {
      if (text === 'broken') throw new Error('broken');
      yield chunk(text);
    }
  } finally {
    told.push('source closed');
  }
}

const bodyOf = (
  first: Uint8Array,
  source: AsyncGenerator<Uint8Array, void, undefined>,
  signal: AbortSignal = new AbortController().signal,
): AsyncIterator<Uint8Array> => uploadBody(first, source, signal, ways)[Symbol.asyncIterator]();

beforeEach(() => {
  told = [];
  resume = undefined;
  waits = false;
  ways = {
    turn: {
      most: Number.POSITIVE_INFINITY,
      ready: () =>
        waits
          ? new Promise((resolve) => {
              resume = resolve;
            })
          : undefined,
      handed: (bytes) => told.push(`+${bytes}`),
      taken: () => told.push('taken'),
    },
    limit: unlimited,
    taken: (bytes) => told.push(`took ${bytes}`),
    close: () => told.push('closed'),
  };
});

describe('the body of an upload', () => {
  it('is the first chunk and the rest, tells of each that it was handed on and taken, and closes once', async () => {
    const caller = new AbortController();
    const chunks = bodyOf(chunk('a'), rest('bc'), caller.signal);
    const values = [await chunks.next(), await chunks.next()].map(({ value }) => String(value));
    expect(values).toEqual(['a', 'bc']);
    expect(told).toEqual(['taken', 'took 0', '+1', 'taken', 'took 1', '+2']);
    const end = { done: true, value: undefined };
    expect([await chunks.next(), await chunks.next()]).toEqual([end, end]);
    caller.abort();
    expect(told.slice(6)).toEqual(['taken', 'took 2', 'source closed', 'closed']);
  });

  it('fails where reading fails, and closes', async () => {
    const chunks = bodyOf(chunk('a'), rest('broken'));
    await chunks.next();
    await expect(chunks.next()).rejects.toThrow('broken');
    expect(told.at(-1)).toBe('closed');
  });

  it('closes at once when the caller is gone, and gives nothing more', async () => {
    const caller = new AbortController();
    const source = rest('b', 'c');
    const chunks = bodyOf(chunk('a'), source, caller.signal);
    await chunks.next();
    await chunks.next();
    caller.abort(new Error('gone'));
    expect(told.at(-1)).toBe('closed');
    await settle();
    expect(told.at(-1)).toBe('source closed');
    await expect(chunks.next()).rejects.toThrow('gone');
  });

  it('closes at once where the caller was gone before', () => {
    bodyOf(chunk('a'), rest(), AbortSignal.abort());
    expect(told).toContain('closed');
  });

  it('closes when the transport lets go of it before the first chunk', async () => {
    await bodyOf(chunk('a'), rest()).return?.();
    expect(told).toContain('closed');
  });

  it('waits for its turn before each chunk, and ends quietly where it is closed meanwhile', async () => {
    waits = true;
    const chunks = bodyOf(chunk('a'), rest('b'));
    const first = chunks.next();
    await settle();
    expect(told).toEqual(['taken', 'took 0']);
    resume?.();
    expect(String((await first).value)).toBe('a');
    const second = chunks.next();
    await settle();
    await chunks.return?.();
    resume?.();
    expect(await second).toEqual({ done: true, value: undefined });
  });

  it('goes in small slices while others wait, and in whole chunks while nobody does', async () => {
    let most = sliceBytes;
    ways.turn = {
      ready: ways.turn.ready,
      handed: () => {},
      taken: () => {},
      get most() {
        return most;
      },
    };
    const chunks = bodyOf(new Uint8Array(chunkBytes), rest());
    expect((await chunks.next()).value?.length).toBe(sliceBytes);
    most = Number.POSITIVE_INFINITY;
    expect((await chunks.next()).value?.length).toBe(chunkBytes - sliceBytes);
    expect((await chunks.next()).done).toBe(true);
  });

  it('asks the limit for each slice, and waits for it', async () => {
    const asked: number[] = [];
    let pass = (): void => {};
    const limit: RateLimit = {
      bounded: true,
      take(bytes) {
        asked.push(bytes);
        return new Promise((resolve) => {
          pass = resolve;
        });
      },
    };
    ways = { ...ways, limit };
    const chunks = bodyOf(new Uint8Array(sliceBytes + 1), rest());
    const first = chunks.next();
    await settle();
    expect(told).toEqual(['taken', 'took 0']);
    pass();
    expect((await first).value?.length).toBe(sliceBytes);
    const second = chunks.next();
    await settle();
    pass();
    expect((await second).value?.length).toBe(1);
    expect(asked).toEqual([sliceBytes, 1]);
  });
});
