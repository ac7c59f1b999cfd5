import { appendFile, mkdir, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ContentId, Fingerprint } from '../../../../src/base/ids.ts';
import { contentIdOf, hashContent } from '../../../../src/base/merkle.ts';
import { MiB } from '../../../../src/base/sizes.ts';
import {
  partingMs,
  uploadSlots,
  uploads,
  uploadsOfAddress,
  uploadsOfOne,
} from '../../../../src/client/sharing/limits.ts';
import type { HttpReply } from '../../../../src/net/transport/transport.ts';
import { decodeListing } from '../../../../src/net/wire/listing.ts';
import { decodeProblem } from '../../../../src/net/wire/peer.ts';

import { settle } from '../../../support/fakeClock.ts';
import {
  type AskOptions,
  bodyOf,
  eventually,
  fingerprintOf,
  problemOf,
  type TestSharing,
  testSharing,
  winding,
} from '../support.ts';

const content = Buffer.from(Array.from({ length: 3 * MiB + 123 }, (_, index) => (index * 7 + (index >> 12)) % 256));
const foreign = hashContent(Buffer.from('foreign')).id;

let test: TestSharing;
let file: string;
let id: ContentId;

beforeEach(async () => {
  test = await testSharing();
  file = join(test.folder, 'file.bin');
  await writeFile(file, content);
  ({ id } = await test.sharing.share(file, {}));
});

describe('content', () => {
  it('is served whole, with what a downloader needs to know', async () => {
    const reply = await test.ask(`/content/${id}`);
    expect(reply.status).toBe(200);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-length': String(content.length),
      'content-type': 'application/octet-stream',
      'accept-ranges': 'bytes',
      etag: `"${id}"`,
      'cache-control': expect.stringContaining('immutable'),
    });
    expect((await bodyOf(reply)).equals(content)).toBe(true);
  });

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=5-6', 5, 7],
    [`bytes=${MiB - 1}-${MiB}`, MiB - 1, MiB + 1],
    [`bytes=${MiB}-${2 * MiB - 1}`, MiB, 2 * MiB],
    [`bytes=100-${3 * MiB}`, 100, 3 * MiB + 1],
    [`bytes=${3 * MiB}-`, 3 * MiB, content.length],
    ['bytes=-1', content.length - 1, content.length],
  ])('is served in part: %s', async (range, start, end) => {
    const reply = await test.ask(`/content/${id}`, { range });
    expect(reply.status).toBe(206);
    expect(reply.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${content.length}`);
    expect(reply.headers.get('content-length')).toBe(String(end - start));
    expect((await bodyOf(reply)).equals(content.subarray(start, end))).toBe(true);
  });

  it('cannot be served beyond its end: 416 says its size', async () => {
    const reply = await test.ask(`/content/${id}`, { range: `bytes=${content.length}-` });
    expect(reply.headers.get('content-range')).toBe(`bytes */${content.length}`);
    expect(await problemOf(reply)).toEqual([416, 'range-not-satisfiable']);
  });

  it('is served whole where If-Range names another', async () => {
    const reply = await test.ask(`/content/${id}`, { range: 'bytes=0-0', 'if-range': '"other"' });
    expect([reply.status, reply.headers.get('content-length')]).toEqual([200, String(content.length)]);
    await bodyOf(reply);
  });

  it('is not sent to somebody who has it', async () => {
    const reply = await test.ask(`/content/${id}`, { 'if-none-match': `"${id}"` });
    expect([reply.status, reply.body, reply.headers.get('etag')]).toEqual([304, undefined, `"${id}"`]);
  });

  it('is described by HEAD, which has no ranges and no body', async () => {
    const reply = await test.ask(`/content/${id}`, { range: 'bytes=0-0' }, { method: 'HEAD' });
    expect([reply.status, reply.body, reply.headers.get('content-length')]).toEqual([
      200,
      undefined,
      String(content.length),
    ]);
  });

  it('that is empty has an empty body, no pieces, and no range that could be satisfied', async () => {
    const empty = join(test.folder, 'empty');
    await writeFile(empty, '');
    const shared = await test.sharing.share(empty, {});
    expect(shared.id).toBe(hashContent(Buffer.alloc(0)).id);
    const reply = await test.ask(`/content/${shared.id}`);
    expect([reply.status, reply.headers.get('content-length'), (await bodyOf(reply)).length]).toEqual([200, '0', 0]);
    const pieces = await test.ask(`/content/${shared.id}/pieces`);
    expect([pieces.status, pieces.headers.get('content-length')]).toEqual([200, '0']);
    expect((await test.ask(`/content/${shared.id}`, { range: 'bytes=0-' })).status).toBe(416);
  });

  it('comes with its piece layer', async () => {
    const reply = await test.ask(`/content/${id}/pieces`);
    const layer = await bodyOf(reply);
    expect([reply.status, reply.headers.get('content-length')]).toEqual([200, '128']);
    expect(contentIdOf(layer, content.length)).toBe(id);
    expect((await test.ask(`/content/${id}/pieces`, {}, { method: 'HEAD' })).body).toBeUndefined();
  });
});

describe('a request', () => {
  it.each(['/', '/content', '/content/', `/content/${'a'.repeat(63)}`, `/content/${'A'.repeat(64)}`, '/etc/passwd'])(
    'for %s is for nothing',
    async (path) => {
      expect(await problemOf(await test.ask(path))).toEqual([404, 'not-found']);
    },
  );

  it('for a path inside a content is for nothing', async () => {
    expect((await test.ask(`/content/${id}/../../etc/passwd`)).status).toBe(404);
    expect((await test.ask(`/content/${id}/file.bin`)).status).toBe(404);
  });

  it.each(['POST', 'PUT', 'DELETE', 'get', 'OPTIONS'])('by %s is refused, and told what is allowed', async (method) => {
    const reply = await test.ask(`/content/${id}`, {}, { method });
    expect(reply.headers.get('allow')).toBe('GET, HEAD');
    expect(await problemOf(reply)).toEqual([405, 'method-not-allowed']);
  });

  it.each(['', 'Basic Ym9iOg==', 'Bearer', 'Bearer '])(
    'with "%s" for a ticket is told that one is needed',
    async (it) => {
      const reply = await test.ask(`/content/${id}`, { authorization: it });
      expect(reply.headers.get('www-authenticate')).toBe('Bearer');
      expect(await problemOf(reply)).toEqual([401, 'ticket-missing']);
    },
  );

  it('with a ticket for another content is refused', async () => {
    expect(await problemOf(await test.ask(`/content/${id}`, {}, { ticketFor: foreign }))).toEqual([
      403,
      'ticket-refused',
    ]);
    expect(await problemOf(await test.ask(`/content/${foreign}`, {}, { ticketFor: id }))).toEqual([
      403,
      'ticket-refused',
    ]);
  });

  it("with somebody else's ticket is refused", async () => {
    const authorization = `Bearer ${await test.office.ticket(id)}`;
    const asked = await test.ask(`/content/${id}`, { authorization }, { caller: fingerprintOf('mallory') });
    expect(await problemOf(asked)).toEqual([403, 'ticket-refused']);
  });

  it('for a content that is not here finds nothing', async () => {
    expect(await problemOf(await test.ask(`/content/${foreign}`))).toEqual([404, 'not-found']);
  });

  it('for a content that was withdrawn finds nothing', async () => {
    await test.sharing.withdraw((await test.sharing.share(file, {})).name);
    expect(await problemOf(await test.ask(`/content/${id}`))).toEqual([404, 'not-found']);
  });

  it('by HEAD gets a problem without a body', async () => {
    const reply = await test.ask(`/content/${foreign}`, {}, { method: 'HEAD' });
    expect([reply.status, reply.body]).toEqual([404, undefined]);
  });
});

describe('a ticket for a folder', () => {
  it('covers its listing and its files, and nothing else', async () => {
    const folder = join(test.folder, 'folder');
    await mkdir(join(folder, 'inner'), { recursive: true });
    await writeFile(join(folder, 'inner', 'a.txt'), 'in the folder');
    const shared = await test.sharing.share(folder, {});
    const listing = decodeListing(await bodyOf(await test.ask(`/content/${shared.id}`)));
    const [inner] = listing.files;
    if (inner === undefined) throw new Error('the listing is empty');
    const ticketFor = shared.id;
    expect((await bodyOf(await test.ask(`/content/${inner.id}`, {}, { ticketFor }))).toString()).toBe('in the folder');
    expect((await test.ask(`/content/${inner.id}/pieces`, {}, { ticketFor })).status).toBe(200);
    expect((await test.ask(`/content/${id}`, {}, { ticketFor })).status).toBe(403);
    expect((await test.ask(`/content/${inner.id}`)).status).toBe(404);
    const part = await test.ask(`/content/${shared.id}`, { range: 'bytes=0-8' });
    expect([part.status, (await bodyOf(part)).toString()]).toEqual([206, '{"format"']);
  });
});

describe('a file that changes', () => {
  it('before a request is a 409, is withdrawn, and is announced anew', async () => {
    const other = Buffer.alloc(content.length + 1, 'other');
    await writeFile(file, other);
    expect(await problemOf(await test.ask(`/content/${id}`))).toEqual([409, 'changed']);
    await eventually(() => test.roll.size === 1);
    const fresh = hashContent(other).id;
    expect(test.sharing.list().map((resource) => resource.id)).toEqual([fresh]);
    expect(test.events).toMatchObject([
      { event: 'withdrawn', name: 'file.bin' },
      { event: 'announced', resource: { id: fresh } },
    ]);
    expect(await problemOf(await test.ask(`/content/${id}`))).toEqual([409, 'changed']);
    expect((await bodyOf(await test.ask(`/content/${fresh}`))).equals(other)).toBe(true);
  });

  it.each<[string, () => Promise<void>]>([
    ['is overwritten', () => writeFile(file, Buffer.alloc(content.length + 1, 1))],
    ['is truncated', () => truncate(file, MiB + 5)],
    [
      'is overwritten with its times put back',
      async () => {
        const past = new Date(2020, 1, 1);
        await writeFile(file, Buffer.alloc(content.length, 1));
        await utimes(file, past, past);
      },
    ],
  ])('in the middle cuts the connection, without a byte that was not announced: it %s', async (_, change) => {
    const reply = await test.ask(`/content/${id}`);
    expect(reply.status).toBe(200);
    const taken: Uint8Array[] = [];
    const all = async (): Promise<void> => {
      for await (const chunk of reply.body as AsyncIterable<Uint8Array>) {
        if (taken.push(new Uint8Array(chunk)) === 1) await change();
      }
    };
    await expect(all()).rejects.toThrow(/no longer what was announced/);
    const got = Buffer.concat(taken);
    expect(got.length).toBeLessThan(content.length);
    expect(got.equals(content.subarray(0, got.length))).toBe(true);
    await eventually(async () => {
      await test.clock.wind(1000);
      return test.events.some(({ event }) => event === 'announced');
    });
    expect(test.sharing.list()[0]?.id).not.toBe(id);
  });

  it.each<[string, () => Promise<void>]>([
    ['is touched', () => utimes(file, new Date(), new Date())],
    ['grows', () => appendFile(file, 'more')],
    [
      'is replaced by a copy',
      async () => {
        await writeFile(`${file}.new`, content);
        await rename(`${file}.new`, file);
      },
    ],
    [
      'is replaced by another file',
      async () => {
        await writeFile(`${file}.new`, 'other');
        await rename(`${file}.new`, file);
      },
    ],
    ['is removed', () => rm(file)],
  ])('in the middle but not in the announced bytes is sent to its end: it %s', async (_, change) => {
    const reply = await test.ask(`/content/${id}`);
    const taken: Uint8Array[] = [];
    for await (const chunk of reply.body as AsyncIterable<Uint8Array>) {
      if (taken.push(new Uint8Array(chunk)) === 1) await change();
    }
    expect(Buffer.concat(taken).equals(content)).toBe(true);
  });

  it('in its times alone is served, and stays announced', async () => {
    await utimes(file, new Date(2020, 1, 1), new Date(2020, 1, 1));
    expect((await bodyOf(await test.ask(`/content/${id}`))).equals(content)).toBe(true);
    await eventually(() => test.events.length > 0);
    expect(test.events).toMatchObject([{ event: 'announced', resource: { id, modified: +new Date(2020, 1, 1) } }]);
  });

  it('to nothing is a 409, and is withdrawn for good', async () => {
    await rm(file);
    expect(await problemOf(await test.ask(`/content/${id}`))).toEqual([409, 'changed']);
    await eventually(() => test.roll.size === 0);
    expect(test.events).toMatchObject([{ event: 'withdrawn', name: 'file.bin' }]);
    expect(test.sharing.list()).toEqual([]);
  });

  it('in a folder takes the folder with it', async () => {
    const folder = join(test.folder, 'folder');
    await mkdir(folder);
    await writeFile(join(folder, 'a.txt'), 'before');
    const shared = await test.sharing.share(folder, {});
    await writeFile(join(folder, 'a.txt'), 'afterwards');
    const inner = hashContent(Buffer.from('before')).id;
    expect((await test.ask(`/content/${inner}`, {}, { ticketFor: shared.id })).status).toBe(409);
    await eventually(() => test.events.length === 2);
    expect(test.events).toMatchObject([{ event: 'withdrawn' }, { event: 'announced', resource: { kind: 'folder' } }]);
  });
});

describe('uploads', () => {
  const bob = fingerprintOf('bob');
  /** As many as there are slots. */
  const strangers = Array.from({ length: uploadSlots }, (_, index) => fingerprintOf(`stranger ${index}`));
  const another = fingerprintOf('another');
  let tickets: Map<Fingerprint, string>;

  beforeEach(() => {
    tickets = new Map();
  });

  /** Has a caller's ticket verified, so that his requests are in the line as soon as they are made. */
  const introduce = async (caller: Fingerprint): Promise<void> => {
    if (tickets.has(caller)) return;
    const authorization = `Bearer ${await test.office.ticket(id, { fetcher: caller })}`;
    await test.ask(`/content/${id}`, { authorization }, { caller, method: 'HEAD' });
    tickets.set(caller, authorization);
  };
  const start = async (caller: Fingerprint = bob, how: AskOptions = {}): Promise<HttpReply> => {
    await introduce(caller);
    const authorization = tickets.get(caller) ?? '';
    return await test.ask(`/content/${id}`, { authorization }, { caller, ...how });
  };
  /** Starts some, whose replies come by and by: those beyond the slots wait for their first turn. */
  const startAll = async (
    callers: Fingerprint[],
    host: (which: number) => string = () => '10.0.0.2',
  ): Promise<{ replies: Promise<HttpReply>[] }> => {
    for (const caller of callers) await introduce(caller);
    const replies = callers.map((caller, which) => start(caller, { host: host(which) }));
    await settle();
    return { replies };
  };
  const ofOne = (): Fingerprint[] => Array.from({ length: uploadsOfOne }, () => bob);

  it('of one caller are bounded; one that ends makes room', async () => {
    const { replies: open } = await startAll(ofOne());
    const refused = await start();
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(await problemOf(refused)).toEqual([503, 'busy']);
    const other = start(fingerprintOf('carol'));
    const bodies = await Promise.all([...open, other].map(async (reply) => bodyOf(await reply)));
    expect(bodies.every((body) => body.equals(content))).toBe(true);
    expect((await start()).status).toBe(200);
  });

  it('of all callers are bounded, and say the place in the line', async () => {
    const callers = Array.from({ length: uploads }, (_, index) => fingerprintOf(`caller ${index}`));
    await startAll(callers, (which) => `10.0.1.${which}`);
    const refused = await start(fingerprintOf('carol'));
    expect(refused.status).toBe(503);
    const place = decodeProblem(await bodyOf(refused))?.place;
    expect(place).toBe(uploads - uploadSlots + 1);
  });

  it('that have waited for their first turn for too long are told their place', async () => {
    await startAll(strangers);
    const refused = await winding(test.clock, start(another));
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(decodeProblem(await bodyOf(refused))).toMatchObject({ code: 'busy', place: 1 });
  });

  it('make room when their caller vanishes, even before the first byte', async () => {
    const callers = Array.from({ length: uploadsOfOne }, () => new AbortController());
    await introduce(bob);
    for (const { signal } of callers) void start(bob, { signal });
    await settle();
    expect((await start()).status).toBe(503);
    for (const caller of callers) caller.abort();
    await vi.waitFor(async () => expect((await start()).status).toBe(200), { timeout: 5000 });
  });

  it('make room when the transport lets go of them before the first byte', async () => {
    for (let count = 0; count < uploadsOfOne; count++) {
      const { body } = await start();
      await (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]().return?.();
    }
    expect((await start()).status).toBe(200);
  });

  it('lend their slots while their readers take nothing', async () => {
    const { replies } = await startAll(strangers);
    const open = await Promise.all(replies);
    for (const { body } of open) await (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]().next();
    const next = await winding(test.clock, start(another));
    expect(next.status).toBe(200);
    const bodies = await Promise.all([...open, next].map(bodyOf));
    expect(bodies.at(-1)?.equals(content)).toBe(true);
  });

  it('are not needed to ask about a content', async () => {
    await startAll(ofOne());
    expect((await test.ask(`/content/${id}`, {}, { method: 'HEAD' })).status).toBe(200);
    expect((await test.ask(`/content/${id}/pieces`)).status).toBe(200);
    expect((await test.ask(`/content/${id}/have`)).status).toBe(200);
  });

  it('of one address are bounded, whatever keys it has', async () => {
    const callers = Array.from({ length: uploadsOfAddress }, (_, index) => fingerprintOf(`caller ${index}`));
    const { replies } = await startAll(callers);
    expect((await start(another)).status).toBe(503);
    const elsewhere = start(another, { host: '10.0.0.3' });
    const bodies = await Promise.all([...replies, elsewhere].map(async (reply) => bodyOf(await reply)));
    expect(bodies.every((body) => body.equals(content))).toBe(true);
  });

  it('are begun no more once quiet is waited for, and nobody is sent here', async () => {
    const reply = await start();
    let quiet = false;
    const waiting = test.sharing.quiet(new AbortController().signal).then(() => {
      quiet = true;
    });
    const refused = await start(another);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(decodeProblem(await bodyOf(refused))).toEqual({
      status: 503,
      code: 'busy',
      detail: expect.stringMatching(/about to leave/),
    });
    expect((await test.ask(`/content/${id}/pieces`)).status).toBe(200);
    await settle();
    expect(quiet).toBe(false);
    expect((await bodyOf(reply)).equals(content)).toBe(true);
    await waiting;
    await expect(test.sharing.quiet(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });

  it('whose readers are slow keep nobody from leaving for more than a minute', async () => {
    const { body } = await start();
    await (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]().next();
    let quiet = false;
    const waiting = test.sharing.quiet(new AbortController().signal).then(() => {
      quiet = true;
    });
    await test.clock.wind(partingMs - 1);
    expect(quiet).toBe(false);
    await test.clock.wind(1);
    await waiting;
  });
});
