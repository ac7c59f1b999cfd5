import { hash } from 'node:crypto';
import { mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ContentId } from '../../../../src/base/ids.ts';
import { type Layout, layoutOf, runBytes } from '../../../../src/base/layout.ts';
import { hashContent, leafBytes, leavesFit } from '../../../../src/base/merkle.ts';
import { KiB, MiB } from '../../../../src/base/sizes.ts';
import { leafedBytes, sliceBytes, smallFileBytes } from '../../../../src/client/sharing/limits.ts';
import { decodeListing } from '../../../../src/net/wire/listing.ts';
import { encodeRuns, maxRuns, parseHave } from '../../../../src/net/wire/pieces.ts';
import { settle } from '../../../support/fakeClock.ts';
import { bodyOf, eventually, fingerprintOf, problemOf, type TestSharing, testSharing } from '../support.ts';

const bytesOf = (length: number, seed: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, index) => (index * 31 + (index >> 9) * 7 + seed) % 256));
/** Small ones, one that is just small and one that is not, an empty one, and one of several pieces. */
const files: Record<string, Buffer> = {
  'a/1': bytesOf(4 * KiB, 1),
  'a/2': bytesOf(1, 2),
  'a/b/deep': bytesOf(100, 3),
  'a/b/small': bytesOf(smallFileBytes, 4),
  'a/big': bytesOf(smallFileBytes + 1, 5),
  empty: Buffer.alloc(0),
  large: bytesOf(2 * MiB + 5, 6),
  'z/again': bytesOf(4 * KiB, 1),
  'z/last': bytesOf(10, 7),
};
const names = Object.keys(files).sort();
const stream = Buffer.concat(names.map((name) => files[name] ?? Buffer.alloc(0)));
const layout: Layout = layoutOf(names.map((name) => files[name]?.length ?? 0));

let test: TestSharing;
let folder: string;
let id: ContentId;

beforeEach(async () => {
  test = await testSharing();
  folder = join(test.folder, 'folder');
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  ({ id } = await test.sharing.share(folder, {}));
});

describe("a folder's stream", () => {
  it('is its files one after another, in the order of the listing', async () => {
    const listing = decodeListing(await bodyOf(await test.ask(`/content/${id}`)));
    expect(listing.files.map(({ path }) => path)).toEqual(names);
    const reply = await test.ask(`/content/${id}/bytes`);
    expect([reply.status, reply.headers.get('content-length')]).toEqual([200, String(stream.length)]);
    expect([reply.headers.get('etag'), reply.headers.get('accept-ranges')]).toEqual([`"${id}"`, 'bytes']);
    expect((await bodyOf(reply)).equals(stream)).toBe(true);
  });

  it('is served in any part', async () => {
    const place = fc.nat(stream.length - 1);
    await fc.assert(
      fc.asyncProperty(place, place, async (one, other) => {
        const [first, last] = [Math.min(one, other), Math.max(one, other)];
        const reply = await test.ask(`/content/${id}/bytes`, { range: `bytes=${first}-${last}` });
        expect([reply.status, reply.headers.get('content-range')]).toEqual([
          206,
          `bytes ${first}-${last}/${stream.length}`,
        ]);
        expect((await bodyOf(reply)).equals(stream.subarray(first, last + 1))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('has the rules of all content: HEAD, If-Range, If-None-Match, 416', async () => {
    const path = `/content/${id}/bytes`;
    const head = await test.ask(path, { range: 'bytes=0-0' }, { method: 'HEAD' });
    expect([head.status, head.body, head.headers.get('content-length')]).toEqual([
      200,
      undefined,
      String(stream.length),
    ]);
    const other = await test.ask(path, { range: 'bytes=0-0', 'if-range': '"other"' });
    expect(other.status).toBe(200);
    await bodyOf(other);
    expect((await test.ask(path, { 'if-none-match': `"${id}"` })).status).toBe(304);
    const beyond = await test.ask(path, { range: `bytes=${stream.length}-` });
    expect(beyond.headers.get('content-range')).toBe(`bytes */${stream.length}`);
    expect(await problemOf(beyond)).toEqual([416, 'range-not-satisfiable']);
  });

  it("is of one file where that file's id is asked for under the folder's ticket", async () => {
    const large = hashContent(files['large'] ?? Buffer.alloc(0)).id;
    const reply = await test.ask(`/content/${large}/bytes`, { range: 'bytes=5-9' }, { ticketFor: id });
    expect((await bodyOf(reply)).equals(files['large']?.subarray(5, 10) ?? Buffer.alloc(0))).toBe(true);
  });

  it.each(['a/1', 'a/big'])('with a changed file is a 409 there, and is announced anew: %s', async (name) => {
    const piece = layout.ofFile(names.indexOf(name));
    const { start, end } = runBytes(layout, piece);
    await writeFile(join(folder, name), bytesOf((files[name]?.length ?? 0) + 1, 9));
    const reply = await test.ask(`/content/${id}/bytes`, { range: `bytes=${start}-${end - 1}` });
    expect(await problemOf(reply)).toEqual([409, 'changed']);
    await eventually(() => test.events.length === 2);
    expect(test.events).toMatchObject([{ event: 'withdrawn' }, { event: 'announced' }]);
  });

  it.each(['a/1', 'a/big'])('never has a byte of a file that changed with its times put back: %s', async (name) => {
    const past = new Date(2020, 1, 1);
    await writeFile(join(folder, name), bytesOf(files[name]?.length ?? 0, 9));
    await utimes(join(folder, name), past, past);
    const reply = await test.ask(`/content/${id}/bytes`);
    const got: Uint8Array[] = [];
    const all = async (): Promise<void> => {
      if (reply.body === undefined || reply.body instanceof Uint8Array) throw new Error('refused');
      for await (const chunk of reply.body) got.push(new Uint8Array(chunk));
    };
    await expect(all()).rejects.toThrow();
    const sent = Buffer.concat(got);
    expect(sent.equals(stream.subarray(0, sent.length))).toBe(true);
    expect(sent.length).toBeLessThanOrEqual(runBytes(layout, layout.ofFile(names.indexOf(name))).start);
  });

  it('is served where a file was touched or copied, but not changed', async () => {
    await utimes(join(folder, 'a/1'), new Date(2020, 1, 1), new Date(2020, 1, 1));
    await writeFile(join(folder, 'new'), files['a/b/deep'] ?? '');
    await rename(join(folder, 'new'), join(folder, 'a/b/deep'));
    expect((await bodyOf(await test.ask(`/content/${id}/bytes`))).equals(stream)).toBe(true);
  });

  it.runIf(process.platform !== 'win32')('does not follow a link that took the place of a folder', async () => {
    await rename(join(folder, 'a'), join(test.folder, 'moved'));
    await symlink(join(test.folder, 'moved'), join(folder, 'a'));
    expect(await problemOf(await test.ask(`/content/${id}/bytes`))).toEqual([409, 'changed']);
  });

  it('is a 409 where a file is gone', async () => {
    await rm(join(folder, 'a/1'));
    expect(await problemOf(await test.ask(`/content/${id}/bytes`))).toEqual([409, 'changed']);
  });
});

describe('pieces of the owner’s choice', () => {
  const all = encodeRuns([{ first: 0, count: layout.count }]);
  const ask = async (of: string, most: string | number): Promise<{ first: number; count: number; bytes: Buffer }> => {
    const reply = await test.ask(`/content/${id}/bytes?of=${of}&most=${most}`);
    expect(reply.status).toBe(206);
    const [, from, to] = /^bytes (\d+)-(\d+)\//.exec(reply.headers.get('content-range') ?? '') ?? [];
    const bytes = await bodyOf(reply);
    expect(bytes.equals(stream.subarray(Number(from), Number(to) + 1))).toBe(true);
    const [first, last] = [layout.at(Number(from)), layout.at(Number(to))];
    expect(runBytes(layout, { first, count: last - first + 1 })).toEqual({ start: Number(from), end: Number(to) + 1 });
    return { first, count: last - first + 1, bytes };
  };

  it('are each sent once before any is sent twice', async () => {
    for (let round = 0; round < 2; round++) {
      const seen = new Set<number>();
      for (let turn = 0; turn < layout.count; turn++) seen.add((await ask(all, 1)).first);
      expect(seen.size).toBe(layout.count);
    }
  });

  it('are other ones than those that went by an exact range', async () => {
    const { start, end } = runBytes(layout, { first: 1, count: layout.count - 1 });
    await bodyOf(await test.ask(`/content/${id}/bytes`, { range: `bytes=${start}-${end - 1}` }));
    expect(await ask(all, 5)).toMatchObject({ first: 0, count: 1 });
  });

  it('that broke off were not sent', async () => {
    const reply = await test.ask(`/content/${id}/bytes`);
    const chunks = (reply.body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    await chunks.next();
    await chunks.return?.();
    const seen = new Set<number>();
    for (let turn = 0; turn < layout.count; turn++) seen.add((await ask(all, 1)).first);
    expect(seen.size).toBe(layout.count);
  });

  it('are among those that were asked for, and as many as fit', async () => {
    expect(await ask('2-3', 9)).toMatchObject({ first: 2, count: 2 });
    expect(await ask('5', 9)).toMatchObject({ first: 5, count: 1 });
  });

  it.each([
    ['of=&most=1'],
    ['of=x&most=1'],
    ['of=3-2&most=1'],
    ['of=2,1&most=1'],
    [`of=0-${layout.count}&most=1`],
    ['of=0'],
    ['of=0&most=0'],
    ['of=0&most=-1'],
    ['of=0&most=1e3'],
    [`of=0&most=${'9'.repeat(20)}`],
  ])('%s is malformed', async (query) => {
    expect(await problemOf(await test.ask(`/content/${id}/bytes?${query}`))).toEqual([400, 'malformed']);
  });

  it('may be asked for in so many runs and not one more', async () => {
    const many = await testSharing();
    const path = join(many.folder, 'many');
    await mkdir(path);
    for (let index = 0; index < 2 * maxRuns + 2; index++) await writeFile(join(path, `${index}`), `${index}`);
    const shared = await many.sharing.share(path, {});
    const runs = (count: number): string =>
      encodeRuns(Array.from({ length: count }, (_, index) => ({ first: 2 * index, count: 1 })));
    expect((await many.ask(`/content/${shared.id}/bytes?of=${runs(maxRuns)}&most=1`)).status).toBe(206);
    expect((await many.ask(`/content/${shared.id}/bytes?of=${runs(maxRuns + 1)}&most=1`)).status).toBe(400);
  });

  it('survive any query: a part, or a clear problem', async () => {
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom('0', '1', '-', ',', '9', '&most=', 'of=', '%', '+')).map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(text, text, async (of, most) => {
        const reply = await test.ask(`/content/${id}/bytes?of=${of}&most=${most}`);
        await bodyOf(reply);
        expect([206, 400, 404]).toContain(reply.status);
      }),
      { numRuns: 60 },
    );
  });
});

describe('what is here of a content that is whole', () => {
  it('is all, in one line, and is not to be kept by anybody', async () => {
    const reply = await test.ask(`/content/${id}/have`);
    expect([reply.headers.get('cache-control'), reply.headers.get('etag')]).toEqual(['no-store', undefined]);
    const text = (await bodyOf(reply)).toString();
    expect(parseHave(text.trimEnd(), layout.count)).toEqual([{ first: 0, count: layout.count }]);
    expect((await test.ask(`/content/${id}/have`, {}, { method: 'HEAD' })).body).toBeUndefined();
  });
});

describe('the rate that the user allows', () => {
  it('is asked for every byte that goes out, in small parts, whatever it is of', async () => {
    const asked: number[] = [];
    const limited = await testSharing({
      limitUp: {
        bounded: true,
        take(bytes) {
          asked.push(bytes);
        },
      },
    });
    const shared = await limited.sharing.share(folder, {});
    const total = (): number => asked.splice(0).reduce((sum, bytes) => sum + bytes, 0);
    for (const what of ['', '/bytes', '/pieces']) {
      const body = await bodyOf(await limited.ask(`/content/${shared.id}${what}`));
      expect(Math.max(...asked)).toBeLessThanOrEqual(sliceBytes);
      expect(total()).toBe(body.length);
    }
  });
});

describe('leaves', () => {
  const large = files['large'] ?? Buffer.alloc(0);
  const fileId = hashContent(large).id;

  it('of a file are the hashes of each 16 KiB, and fit its id', async () => {
    const reply = await test.ask(`/content/${fileId}/leaves`, {}, { ticketFor: id });
    const leaves = await bodyOf(reply);
    expect([reply.status, reply.headers.get('content-length')]).toEqual([200, String(leaves.length)]);
    expect(leaves.length).toBe(Math.ceil(large.length / leafBytes) * 32);
    expect(leavesFit(leaves, large.length, fileId)).toBe(true);
    const head = await test.ask(`/content/${fileId}/leaves`, {}, { ticketFor: id, method: 'HEAD' });
    expect([head.body, head.headers.get('content-length')]).toEqual([undefined, String(leaves.length)]);
  });

  it('are remembered: a second time the file is not read', async () => {
    await bodyOf(await test.ask(`/content/${fileId}/leaves`, {}, { ticketFor: id }));
    await rename(join(folder, 'large'), join(test.folder, 'elsewhere'));
    const again = await bodyOf(await test.ask(`/content/${fileId}/leaves`, {}, { ticketFor: id }));
    expect(leavesFit(again, large.length, fileId)).toBe(true);
  });

  it('of a file that changed are a 409', async () => {
    await writeFile(join(folder, 'large'), bytesOf(large.length + 1, 9));
    expect(await problemOf(await test.ask(`/content/${fileId}/leaves`, {}, { ticketFor: id }))).toEqual([
      409,
      'changed',
    ]);
  });

  it('are told as the file is read, to several at once, and cut off where it turns out to be another', async () => {
    const replies = await Promise.all(
      ['bob', 'carol'].map((name) =>
        test.ask(`/content/${fileId}/leaves`, {}, { ticketFor: id, caller: fingerprintOf(name) }),
      ),
    );
    const told = replies.map(({ body }) => {
      if (body === undefined || body instanceof Uint8Array) throw new Error('all at once');
      return body[Symbol.asyncIterator]();
    });
    const leaf = hash('sha256', large.subarray(0, leafBytes), 'buffer');
    for (const chunks of told) {
      const { value } = await chunks.next();
      expect(leaf.equals((value ?? new Uint8Array()).subarray(0, leaf.length))).toBe(true);
    }
    await writeFile(join(folder, 'large'), bytesOf(large.length, 9));
    const rest = async (chunks: AsyncIterator<Uint8Array>): Promise<void> => {
      while ((await chunks.next()).done !== true);
    };
    for (const chunks of told) await expect(rest(chunks)).rejects.toMatchObject({ code: 'changed' });
  });

  it('of the empty file are none, and a folder has none', async () => {
    const empty = hashContent(Buffer.alloc(0)).id;
    expect((await bodyOf(await test.ask(`/content/${empty}/leaves`, {}, { ticketFor: id }))).length).toBe(0);
    expect(await problemOf(await test.ask(`/content/${id}/leaves`))).toEqual([404, 'not-found']);
    expect(leafedBytes / leafBytes).toBeLessThanOrEqual(2 ** 21);
  });
});

describe('a link', () => {
  const ask = (path: string, ticket: string, headers: Record<string, string> = {}) =>
    test.ask(`${path}?ticket=${ticket}`, headers, { nameless: true });

  it('is good for somebody without a certificate, in the address or as a bearer', async () => {
    const file = join(test.folder, 'Ünï 100%.txt');
    await writeFile(file, 'linked');
    const { id: linked } = await test.sharing.share(file, {});
    const ticket = await test.office.link(linked);
    const reply = await ask(`/content/${linked}`, ticket, { range: 'bytes=0-1' });
    expect([reply.status, (await bodyOf(reply)).toString()]).toEqual([206, 'li']);
    expect(reply.headers.get('content-disposition')).toBe(
      `attachment; filename="_n_ 100_.txt"; filename*=UTF-8''%C3%9Cn%C3%AF%20100%25.txt`,
    );
    const bearer = await test.ask(
      `/content/${linked}`,
      { authorization: `Bearer ${ticket}`, range: 'bytes=0-1' },
      { nameless: true },
    );
    expect(bearer.status).toBe(206);
    const own = await test.ask(`/content/${linked}`);
    expect(own.headers.get('content-disposition')).toBeUndefined();
    await Promise.all([bodyOf(bearer), bodyOf(own)]);
  });

  it('alone has its ticket in the address: one that is bound to a key is refused there, even to that key', async () => {
    const caller = fingerprintOf('bob');
    const bound = await test.office.ticket(id, { fetcher: caller });
    const path = `/content/${id}?ticket=${bound}`;
    const asked = await test.ask(path, { authorization: '' }, { caller });
    expect(await problemOf(asked)).toEqual([403, 'ticket-refused']);
    expect((await test.ask(path, { authorization: `Bearer ${bound}` }, { caller })).status).toBe(200);
  });

  it('counts for fairness by the address that it is used from', async () => {
    const ticket = await test.office.link(id);
    const signals = Array.from({ length: 16 }, () => new AbortController());
    await test.ask(`/content/${id}?ticket=${ticket}`, {}, { nameless: true, method: 'HEAD' });
    for (const { signal } of signals) {
      void test.ask(`/content/${id}/bytes?ticket=${ticket}`, {}, { nameless: true, signal });
    }
    await settle();
    expect((await ask(`/content/${id}/bytes`, ticket)).status).toBe(503);
    expect((await test.ask(`/content/${id}/pieces`, {}, { caller: fingerprintOf('carol') })).status).toBe(200);
    for (const caller of signals) caller.abort();
  });

  it('is refused where it is for something else, and nothing is a 401', async () => {
    const other = await test.office.link(hashContent(Buffer.from('other')).id);
    expect(await problemOf(await ask(`/content/${id}`, other))).toEqual([403, 'ticket-refused']);
    expect(await problemOf(await ask(`/content/${id}`, ''))).toEqual([403, 'ticket-refused']);
    expect(await problemOf(await test.ask(`/content/${id}`, {}, { nameless: true }))).toEqual([401, 'ticket-missing']);
  });
});
