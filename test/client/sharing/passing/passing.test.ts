import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ContentId } from '../../../../src/base/ids.ts';
import { layoutOf, type PieceRun, runsOf } from '../../../../src/base/layout.ts';
import { hashContent } from '../../../../src/base/merkle.ts';
import { relativePath } from '../../../../src/base/names.ts';
import type { PartialContent } from '../../../../src/base/partialContent.ts';
import { MiB } from '../../../../src/base/sizes.ts';
import {
  haveGatherMs,
  haveIdleMs,
  havesOfAddress,
  havesOfOne,
  passedOn,
  uploadSlots,
} from '../../../../src/client/sharing/limits.ts';
import type { HttpReply } from '../../../../src/net/transport/transport.ts';
import { encodeListing } from '../../../../src/net/wire/listing.ts';
import { parseHave } from '../../../../src/net/wire/pieces.ts';
import { settle } from '../../../support/fakeClock.ts';
import { bodyOf, eventually, fingerprintOf, problemOf, type TestSharing, testSharing } from '../support.ts';

const bytesOf = (length: number, seed: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, index) => (index * 17 + (index >> 10) * 3 + seed) % 256));

/** A content in memory of which pieces come one after another. */
class Coming implements PartialContent {
  readonly id: ContentId;
  readonly kind: 'file' | 'folder';
  readonly layout: ReturnType<typeof layoutOf>;
  readonly listing?: Uint8Array;
  readonly files: { id: ContentId; size: number; layer: Uint8Array }[];
  readonly bytes: Buffer;
  readonly #here = new Set<number>();
  readonly #watching = new Set<(piece: number) => void>();
  /** Reads wait for this. */
  gate: Promise<void> = Promise.resolve();
  reads = 0;

  constructor(files: Record<string, Buffer> | Buffer) {
    const parts = files instanceof Buffer ? [files] : Object.values(files);
    this.files = parts.map((bytes) => ({ size: bytes.length, ...hashContent(bytes) }));
    this.layout = layoutOf(parts.map(({ length }) => length));
    this.bytes = Buffer.concat(parts);
    this.kind = files instanceof Buffer ? 'file' : 'folder';
    if (!(files instanceof Buffer)) {
      const listed = Object.entries(files).map(([path, bytes]) => ({
        path: relativePath(path),
        size: bytes.length,
        id: hashContent(bytes).id,
      }));
      this.listing = encodeListing({ files: listed, emptyFolders: [] });
    }
    this.id =
      this.listing === undefined
        ? (this.files[0]?.id ?? hashContent(Buffer.alloc(0)).id)
        : hashContent(this.listing).id;
  }

  come(...pieces: number[]): void {
    for (const piece of pieces) {
      this.#here.add(piece);
      for (const tell of this.#watching) tell(piece);
    }
  }

  comeAll(): void {
    this.come(...Array.from({ length: this.layout.count }, (_, piece) => piece).filter((piece) => !this.has(piece)));
  }

  get watching(): number {
    return this.#watching.size;
  }

  has(piece: number): boolean {
    return this.#here.has(piece);
  }

  runs(): PieceRun[] {
    return runsOf([...this.#here].sort((a, b) => a - b));
  }

  watch(added: (piece: number) => void): Disposable {
    this.#watching.add(added);
    return { [Symbol.dispose]: () => void this.#watching.delete(added) };
  }

  async read(into: Uint8Array, offset: number): Promise<void> {
    this.reads += 1;
    await this.gate;
    into.set(this.bytes.subarray(offset, offset + into.length));
  }
}

const whole = bytesOf(4 * MiB + 100, 1);
let test: TestSharing;
let content: Coming;

beforeEach(async () => {
  test = await testSharing();
  content = new Coming(whole);
});

const range = (first: number, last: number): Record<string, string> => ({
  range: `bytes=${first * MiB}-${(last + 1) * MiB - 1}`,
});
const lastTold = (): readonly ContentId[] | undefined => test.told.at(-1);
const iterate = ({ body }: HttpReply): AsyncIterator<Uint8Array> =>
  (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();

describe('a content that is passed on', () => {
  it('is told to the roll, is listed under no name, and is told off when it is disposed of', async () => {
    const passing = test.sharing.passOn(content);
    expect(test.told).toEqual([[content.id]]);
    expect([test.sharing.list(), test.roll.size]).toEqual([[], 0]);
    await passing[Symbol.asyncDispose]();
    expect(lastTold()).toEqual([]);
    expect(await problemOf(await test.ask(`/content/${content.id}`))).toEqual([404, 'not-found']);
  });

  it('serves the pieces that are here and no others', async () => {
    test.sharing.passOn(content);
    content.come(1, 2);
    for (const path of [`/content/${content.id}`, `/content/${content.id}/bytes`]) {
      const reply = await test.ask(path, range(1, 2));
      expect(reply.headers.get('content-range')).toBe(`bytes ${MiB}-${3 * MiB - 1}/${whole.length}`);
      expect((await bodyOf(reply)).equals(whole.subarray(MiB, 3 * MiB))).toBe(true);
      expect(await problemOf(await test.ask(path, range(0, 1)))).toEqual([404, 'no-piece']);
      expect(await problemOf(await test.ask(path))).toEqual([404, 'no-piece']);
    }
    const part = await test.ask(`/content/${content.id}`, { range: `bytes=${MiB + 5}-${MiB + 9}` });
    expect((await bodyOf(part)).equals(whole.subarray(MiB + 5, MiB + 10))).toBe(true);
    expect(
      (await bodyOf(await test.ask(`/content/${content.id}/pieces`))).equals(
        content.files[0]?.layer ?? new Uint8Array(),
      ),
    ).toBe(true);
    expect(await problemOf(await test.ask(`/content/${content.id}/leaves`))).toEqual([404, 'no-piece']);
  });

  it('does not keep anybody waiting in the line for what is not here', async () => {
    test.sharing.passOn(content);
    content.come(1);
    for (let count = 0; count < uploadSlots; count++) await test.ask(`/content/${content.id}`, range(1, 1));
    expect((await test.ask(`/content/${content.id}`, range(2, 2))).status).toBe(404);
  });

  it('chooses among what is here', async () => {
    test.sharing.passOn(content);
    const ask = (of: string): Promise<HttpReply> => test.ask(`/content/${content.id}/bytes?of=${of}&most=3`);
    expect(await problemOf(await ask('0-4'))).toEqual([404, 'no-piece']);
    content.come(2, 4);
    const reply = await ask('0-3');
    expect(reply.headers.get('content-range')).toBe(`bytes ${2 * MiB}-${3 * MiB - 1}/${whole.length}`);
    expect((await bodyOf(reply)).equals(whole.subarray(2 * MiB, 3 * MiB))).toBe(true);
    expect((await ask('0-4')).headers.get('content-range')).toBe(
      `bytes ${4 * MiB}-${whole.length - 1}/${whole.length}`,
    );
  });

  it('that is disposed of is cut where it is being sent, and is read no more after that', async () => {
    const passing = test.sharing.passOn(content);
    content.comeAll();
    const reply = await test.ask(`/content/${content.id}`);
    const chunks = iterate(reply);
    await chunks.next();
    let open = (): void => {};
    content.gate = new Promise((resolve) => {
      open = resolve;
    });
    const next = chunks.next();
    const disposed = passing[Symbol.asyncDispose]().then(() => 'disposed');
    expect(await Promise.race([disposed, settle()])).toBeUndefined();
    open();
    expect(await disposed).toBe('disposed');
    await expect(next).rejects.toThrow(/not served any more/);
  });

  it('is told off once quiet is waited for, though the rest of it may still come and be read', async () => {
    test.sharing.passOn(content);
    content.come(1);
    const reply = await test.ask(`/content/${content.id}`, range(1, 1));
    const quiet = test.sharing.quiet(new AbortController().signal);
    await eventually(() => lastTold()?.length === 0);
    expect((await bodyOf(reply)).equals(whole.subarray(MiB, 2 * MiB))).toBe(true);
    await quiet;
    test.sharing.passOn(new Coming(Buffer.from('another')));
    await settle();
    expect(lastTold()).toEqual([]);
  });

  it('counts as a resource where it is one: it is served from there, and is not told besides', async () => {
    const path = join(test.folder, 'file');
    await writeFile(path, whole);
    test.sharing.passOn(content);
    const { name } = await test.sharing.share(path, {});
    await eventually(() => lastTold()?.length === 0);
    expect((await bodyOf(await test.ask(`/content/${content.id}`))).equals(whole)).toBe(true);
    await test.sharing.withdraw(name);
    await eventually(() => lastTold()?.length === 1);
    expect(await problemOf(await test.ask(`/content/${content.id}`))).toEqual([404, 'no-piece']);
  });

  it('may be passed on twice at once: the one ends, the other goes on', async () => {
    const other = new Coming(whole);
    const passing = test.sharing.passOn(content);
    test.sharing.passOn(other);
    other.comeAll();
    await passing[Symbol.asyncDispose]();
    expect(lastTold()).toEqual([content.id]);
    expect((await bodyOf(await test.ask(`/content/${content.id}`))).equals(whole)).toBe(true);
  });

  it('is one of a bounded number: the oldest goes', async () => {
    test.sharing.passOn(content);
    for (let count = 0; count < passedOn; count++) test.sharing.passOn(new Coming(Buffer.from(`content ${count}`)));
    await eventually(() => lastTold()?.length === passedOn);
    expect(lastTold()).not.toContain(content.id);
    expect((await test.ask(`/content/${content.id}`)).status).toBe(404);
  });

  it('is still passed on where the roll cannot be told', async () => {
    const away = await testSharing({
      roll: {
        announce: async () => {},
        withdraw: async () => {},
        partial: () => Promise.reject(new Error('the tracker is away')),
      },
    });
    away.sharing.passOn(content);
    content.comeAll();
    expect((await bodyOf(await away.ask(`/content/${content.id}`))).equals(whole)).toBe(true);
  });
});

describe('the open answer', () => {
  const lines = async (): Promise<AsyncIterator<Uint8Array>> => iterate(await test.ask(`/content/${content.id}/have`));
  const read = async (chunks: AsyncIterator<Uint8Array>): Promise<PieceRun[] | undefined> => {
    const next = await chunks.next();
    return next.done === true
      ? undefined
      : parseHave(Buffer.from(next.value).toString().trimEnd(), content.layout.count);
  };

  beforeEach(() => {
    test.sharing.passOn(content);
    content.come(1, 2);
  });

  it('says what is here, then what comes, gathered for a moment, and ends when all is here', async () => {
    const chunks = await lines();
    expect(await read(chunks)).toEqual([{ first: 1, count: 2 }]);
    const next = read(chunks);
    await settle();
    content.come(4);
    await settle();
    content.come(3);
    await test.clock.wind(haveGatherMs);
    expect(await next).toEqual([{ first: 3, count: 2 }]);
    content.come(0);
    const last = read(chunks);
    await test.clock.wind(haveGatherMs);
    expect(await last).toEqual([{ first: 0, count: 1 }]);
    expect(await read(chunks)).toBeUndefined();
    expect(content.watching).toBe(0);
  });

  it('shows that it lives where nothing comes, within the ten seconds of the protocol', async () => {
    const chunks = await lines();
    await read(chunks);
    expect(haveIdleMs).toBeLessThan(10_000);
    for (let count = 0; count < 3; count++) {
      const next = read(chunks);
      await test.clock.wind(haveIdleMs);
      expect(await next).toEqual([]);
    }
  });

  it('ends with its caller, and nobody watches any more', async () => {
    const caller = new AbortController();
    const reply = await test.ask(`/content/${content.id}/have`, {}, { signal: caller.signal });
    const chunks = iterate(reply);
    await read(chunks);
    const next = read(chunks);
    await settle();
    caller.abort(new Error('gone'));
    await expect(next).rejects.toThrow('gone');
    expect([content.watching, test.clock.waiting]).toEqual([0, 0]);
  });

  it('takes no place of an upload, is bounded for each caller, and is free again when its caller goes', async () => {
    const callers = Array.from({ length: havesOfOne }, () => new AbortController());
    for (const { signal } of callers) {
      expect((await test.ask(`/content/${content.id}/have`, {}, { signal })).status).toBe(200);
    }
    expect((await test.ask(`/content/${content.id}/have`)).status).toBe(503);
    expect((await bodyOf(await test.ask(`/content/${content.id}`, range(1, 1)))).length).toBe(MiB);
    callers[0]?.abort();
    expect((await test.ask(`/content/${content.id}/have`)).status).toBe(200);
  });
});

describe('open answers', () => {
  const ask = (key: number, host: string): Promise<HttpReply> =>
    test.ask(`/content/${content.id}/have`, {}, { caller: fingerprintOf(`caller ${key}`), host });

  it('to one address are bounded, whatever keys it has, so that some are left for others', async () => {
    test.sharing.passOn(content);
    content.come(1);
    for (let count = 0; count < havesOfAddress; count++) {
      expect((await ask(Math.floor(count / havesOfOne), '10.0.0.2')).status).toBe(200);
    }
    expect((await ask(-1, '10.0.0.2')).status).toBe(503);
    expect((await ask(-1, '10.0.0.3')).status).toBe(200);
  });
});

describe('a content that was saved', () => {
  it('is served from there, with what is under way, and read from the temporary no more', async () => {
    const passing = test.sharing.passOn(content);
    content.comeAll();
    const reply = await test.ask(`/content/${content.id}`);
    const chunks = iterate(reply);
    const taken = [Buffer.from((await chunks.next()).value ?? [])];
    const path = join(test.folder, 'saved');
    await writeFile(path, whole);
    await passing.finished(path);
    const { reads } = content;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next())
      taken.push(Buffer.from(next.value));
    expect(Buffer.concat(taken).equals(whole)).toBe(true);
    expect((await bodyOf(await test.ask(`/content/${content.id}`))).equals(whole)).toBe(true);
    expect(content.reads).toBe(reads);
    expect((await test.ask(`/content/${content.id}/leaves`)).status).toBe(200);
    await passing[Symbol.asyncDispose]();
    expect(lastTold()).toEqual([content.id]);
  });

  it('is not hashed again when it is shared under a name', async () => {
    let hashed = 0;
    const hasher = {
      hashPieces(): Promise<Uint8Array> {
        hashed += 1;
        throw new Error('not needed');
      },
    };
    const other = await testSharing({ hasher });
    const passing = other.sharing.passOn(content);
    const path = join(other.folder, 'saved');
    await writeFile(path, whole);
    await passing.finished(path);
    expect((await other.sharing.share(path, {})).id).toBe(content.id);
    expect(hashed).toBe(0);
  });

  it.each<[string, (path: string) => Promise<void>]>([
    ['changes', (path) => writeFile(path, bytesOf(whole.length, 9))],
    ['is removed', (path) => rm(path)],
  ])('and %s is dropped, told off, and remembered as changed', async (_, change) => {
    const passing = test.sharing.passOn(content);
    const path = join(test.folder, 'saved');
    await writeFile(path, whole);
    await passing.finished(path);
    await change(path);
    expect(await problemOf(await test.ask(`/content/${content.id}`))).toEqual([409, 'changed']);
    await eventually(() => lastTold()?.length === 0);
    expect(await problemOf(await test.ask(`/content/${content.id}`))).toEqual([409, 'changed']);
  });

  it.each<[string, (path: string) => Promise<void>]>([
    ['is not there', async () => {}],
    ['has another size', (path) => writeFile(path, 'short')],
    ['is a folder', async (path) => void (await mkdir(path))],
  ])('but %s is passed on no more, and nobody fails', async (_, make) => {
    const passing = test.sharing.passOn(content);
    const path = join(test.folder, 'saved');
    await make(path);
    await passing.finished(path);
    expect(lastTold()).toEqual([]);
    expect((await test.ask(`/content/${content.id}`)).status).toBe(404);
  });
});

describe('a folder that is passed on', () => {
  const files = { 'a/one': bytesOf(1000, 2), 'a/two': bytesOf(MiB + 7, 3), b: Buffer.alloc(0), c: bytesOf(5, 4) };
  let folder: Coming;

  beforeEach(() => {
    folder = new Coming(files);
  });

  it('serves its listing, its pieces, and its files by their own ids', async () => {
    test.sharing.passOn(folder);
    expect((await bodyOf(await test.ask(`/content/${folder.id}`))).equals(folder.listing ?? new Uint8Array())).toBe(
      true,
    );
    const two = folder.files[1]?.id;
    const ticketFor = folder.id;
    const layer = await bodyOf(await test.ask(`/content/${two}/pieces`, {}, { ticketFor }));
    expect(layer.equals(folder.files[1]?.layer ?? new Uint8Array())).toBe(true);
    folder.come(2, 3);
    const asked = { range: `bytes=${MiB}-${MiB + 6}` };
    const part = await test.ask(`/content/${two}`, asked, { ticketFor });
    expect((await bodyOf(part)).equals(files['a/two'].subarray(MiB))).toBe(true);
    expect(await problemOf(await test.ask(`/content/${two}`, { range: 'bytes=0-0' }, { ticketFor }))).toEqual([
      404,
      'no-piece',
    ]);
    const start = 1000 + MiB;
    const across = await test.ask(`/content/${folder.id}/bytes`, { range: `bytes=${start}-${start + 11}` });
    expect((await bodyOf(across)).equals(folder.bytes.subarray(start, start + 12))).toBe(true);
    const have = iterate(await test.ask(`/content/${two}/have`, {}, { ticketFor }));
    expect(
      parseHave(
        Buffer.from((await have.next()).value ?? [])
          .toString()
          .trimEnd(),
        2,
      ),
    ).toEqual([{ first: 1, count: 1 }]);
    expect((await test.ask(`/content/${content.id}`, {}, { ticketFor })).status).toBe(403);
  });

  it('is served from where it was saved', async () => {
    const passing = test.sharing.passOn(folder);
    folder.comeAll();
    const path = join(test.folder, 'saved');
    for (const [name, bytes] of Object.entries(files)) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), bytes);
    }
    await passing.finished(path);
    expect((await bodyOf(await test.ask(`/content/${folder.id}/bytes`))).equals(folder.bytes)).toBe(true);
    const { id } = folder.files[1] ?? content;
    const file = await test.ask(`/content/${id}`, {}, { ticketFor: folder.id });
    expect((await bodyOf(file)).equals(files['a/two'])).toBe(true);
    expect(folder.reads).toBe(0);
    await rm(join(path, 'c'));
    const start = folder.bytes.length - 5;
    const gone = await test.ask(`/content/${folder.id}/bytes`, { range: `bytes=${start}-` });
    expect(await problemOf(gone)).toEqual([409, 'changed']);
    await eventually(() => lastTold()?.length === 0);
  });
});
