import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Identity } from '../../../src/net/identity/identity.ts';
import { AnswerParser } from '../../../src/net/transport/node/answer.ts';
import type { HttpHandler, Listener, Stream, StreamHandler } from '../../../src/net/transport/transport.ts';
import { settle } from '../../support/fakeClock.ts';
import { identityOf } from '../../support/identities.ts';
import { type Hosts, pattern, readAll, record, until } from '../../support/transportCompliance.ts';

const MiB = 2 ** 20;
const patience = (): AbortSignal => AbortSignal.timeout(10_000);

/** A promise that somebody else settles. */
function gate(): { opened: Promise<void>; open: () => void; fail: (error: unknown) => void } {
  let open = (): void => {};
  let fail = (_: unknown): void => {};
  const opened = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { opened, open, fail };
}

interface Followed {
  order: string;
  bytes: number;
  text: string;
  closings: (Error | undefined)[];
}

/** Everything that a stream told, in order, by one letter each: d(ata), e(nded), c(losed). */
function follow(stream: Stream, own: Partial<StreamHandler> = {}): Followed {
  const told: Followed = { order: '', bytes: 0, text: '', closings: [] };
  stream.open({
    data(bytes) {
      if (!told.order.endsWith('d')) told.order += 'd';
      told.bytes += bytes.length;
      if (told.text.length < 10_000) told.text += Buffer.from(bytes).toString('latin1');
      return own.data?.(bytes);
    },
    ended() {
      told.order += 'e';
      own.ended?.();
    },
    closed(error) {
      told.order += 'c';
      told.closings.push(error);
    },
  });
  return told;
}

/** What every transport has to do in plain. `hosts` is called for each test anew. */
export function plainCompliance(name: string, hosts: () => Hosts): void {
  describe(`${name}, in plain`, () => {
    let world: Hosts;
    let alice: Identity;
    let bob: Identity;
    let open: AsyncDisposable[] = [];

    beforeEach(async () => {
      world = hosts();
      [alice, bob] = await Promise.all([identityOf('alice'), identityOf('bob')]);
    });
    afterEach(async () => {
      await Promise.all(open.map((one) => one[Symbol.asyncDispose]()));
      open = [];
    });

    const keep = <T extends AsyncDisposable>(one: T): T => {
      open.push(one);
      return one;
    };
    const on = (port = 0) => ({ host: world.serverHost, port });
    const at = (listener: Listener) => on(listener.at.port);
    const listen = async (accept: (stream: Stream) => void, port = 0): Promise<Listener> =>
      keep(await world.server.listenPlain(on(port), { accept }));
    const dial = (listener: Listener, signal = patience()): Promise<Stream> =>
      world.client.dialPlain(at(listener), { signal });
    /** Both ends of one stream. */
    const pair = async (): Promise<{ near: Stream; far: Stream; listener: Listener }> => {
      const taken: Stream[] = [];
      const listener = await listen((stream) => taken.push(stream));
      const near = await dial(listener);
      await until(() => taken.length > 0);
      const [far] = taken;
      if (far === undefined) throw new Error('no stream came');
      return { near, far, listener };
    };
    /** Both ends of one link. */
    const linked = async (): Promise<{ near: Stream; far: Stream }> => {
      const taken: Stream[] = [];
      const listener = keep(
        await world.server.listen(on(), {
          identity: alice,
          handshakeMs: 5000,
          accept: (link) => taken.push(link),
        }),
      );
      const near = await world.client.dial(at(listener), { identity: bob, signal: patience() });
      await until(() => taken.length > 0);
      const [far] = taken;
      if (far === undefined) throw new Error('no link came');
      return { near, far };
    };

    describe('streams', () => {
      it('carry bytes in order, both ways at once', async () => {
        const { near, far } = await pair();
        const [nearGot, farGot] = [record(near), record(far)];
        const [up, down] = [pattern(3 * MiB), pattern(2 * MiB).reverse()];
        for (let from = 0; from < up.length; from += 300_000) near.write(up.subarray(from, from + 300_000));
        far.write(down);
        near.write('the end');
        await until(() => nearGot.bytes().length >= down.length && farGot.bytes().length >= up.length + 7);
        expect(nearGot.bytes().equals(down)).toBe(true);
        expect(farGot.bytes().equals(Buffer.concat([up, Buffer.from('the end')]))).toBe(true);
      });

      it('know where they lead', async () => {
        const { near, far, listener } = await pair();
        expect(near.remote).toEqual(at(listener));
        expect(near.remote).toEqual(far.local);
        expect(near.local).toEqual(far.remote);
      });

      it('may be spoken on first by who was called', async () => {
        const listener = await listen((stream) => {
          record(stream);
          stream.write('220 ready');
        });
        const got = record(await dial(listener));
        await until(() => got.bytes().length === 9);
        expect(got.bytes().toString()).toBe('220 ready');
      });

      it('close once on both sides without an error when they end', async () => {
        const { near, far } = await pair();
        const [nearGot, farGot] = [record(near), record(far)];
        const bytes = pattern(2 * MiB);
        near.write(bytes);
        near.end();
        near.write('too late');
        await Promise.all([nearGot.closed, farGot.closed]);
        near.end();
        near.destroy();
        await settle();
        expect(farGot.bytes().equals(bytes)).toBe(true);
        expect([nearGot.closings, farGot.closings]).toEqual([[undefined], [undefined]]);
      });

      it('close without an error when they are destroyed and nothing was said', async () => {
        const { near, far } = await pair();
        const [nearGot, farGot] = [record(near), record(far)];
        far.destroy();
        await Promise.all([nearGot.closed, farGot.closed]);
        expect([nearGot.closings, farGot.closings]).toEqual([[undefined], [undefined]]);
      });

      it('close without an error when who called has his answer and destroys them', async () => {
        const { near, far } = await pair();
        const farGot = follow(far, { data: () => far.write('an answer'), ended: () => far.end() });
        const nearGot = record(near);
        near.write('a question');
        await until(() => nearGot.bytes().length === 9);
        near.destroy();
        await until(() => farGot.order.endsWith('c'));
        expect(farGot.closings).toEqual([undefined]);
      });

      it('show a reset where an answer is cut short', async () => {
        const { near, far } = await pair();
        const [nearGot, farGot] = [record(near), record(far)];
        far.write('the first half');
        await until(() => nearGot.bytes().length === 14);
        far.destroy();
        await Promise.all([nearGot.closed, farGot.closed]);
        expect(nearGot.closings).toMatchObject([{ code: 'unreachable', message: /was lost/ }]);
        expect(farGot.closings).toEqual([undefined]);
      });

      it('show a reset where the listener goes in the middle of an answer', async () => {
        const { near, far, listener } = await pair();
        const [nearGot] = [record(near), record(far)];
        far.write('the first half');
        await until(() => nearGot.bytes().length === 14);
        await listener[Symbol.asyncDispose]();
        await nearGot.closed;
        expect(nearGot.closings).toMatchObject([{ code: 'unreachable' }]);
      });
    });

    describe.each([
      ['a stream', () => pair()],
      ['a link', () => linked()],
    ])('%s', (_, both) => {
      it('whose other side has ended may still be written to', async () => {
        const { near, far } = await both();
        const farGot = follow(far);
        const nearGot = follow(near);
        near.write('is there more?');
        near.end();
        await until(() => farGot.order === 'de');
        await settle();
        expect([farGot.text, farGot.order]).toEqual(['is there more?', 'de']);
        far.write('there is');
        await settle();
        far.write(', this');
        far.end();
        await until(() => farGot.order === 'dec' && nearGot.order.endsWith('c'));
        expect(nearGot.text).toBe('there is, this');
        expect([farGot.closings, nearGot.closings]).toEqual([[undefined], [undefined]]);
      });

      it('whose other side has ended ends too where the handler does not ask for it', async () => {
        const { near, far } = await both();
        const [nearGot, farGot] = [record(near), record(far)];
        near.end();
        await Promise.all([nearGot.closed, farGot.closed]);
        expect([nearGot.closings, farGot.closings]).toEqual([[undefined], [undefined]]);
      });

      it('hands over nothing more until the promise of its handler settles', async () => {
        const { near, far } = await both();
        const gates: ReturnType<typeof gate>[] = [];
        const got = follow(far, {
          data() {
            const made = gate();
            gates.push(made);
            return made.opened;
          },
        });
        near.write('one');
        await until(() => got.text === 'one');
        near.write('two');
        await settle();
        near.end();
        await settle();
        expect([got.text, got.order]).toEqual(['one', 'd']);
        gates[0]?.open();
        await until(() => got.text === 'onetwo');
        await settle();
        expect(got.order).toBe('d');
        gates[1]?.open();
        await until(() => got.order === 'de');
        far.end();
      });

      it('holds back who writes while its handler is slow', async () => {
        const { near, far } = await both();
        const slow = gate();
        const got = follow(far, { data: () => slow.opened });
        record(near);
        const chunk = pattern(MiB);
        let sent = 0;
        let left = false;
        for (; sent < 64; sent++) near.write(chunk);
        const drained = near.drained().then(() => {
          left = true;
        });
        await until(() => got.bytes > 0);
        await settle();
        expect(left).toBe(false);
        expect(near.queuedBytes).toBeGreaterThan(0);
        slow.open();
        await drained;
        expect(near.queuedBytes).toBe(0);
        await until(() => got.bytes === sent * MiB);
      });

      it('is drained at once where nothing waits, as often as one asks, and once it is closed', async () => {
        const { near, far } = await both();
        await near.drained();
        const never = gate();
        const got = follow(far, { data: () => never.opened });
        const nearGot = record(near);
        for (let sent = 0; sent < 64; sent++) near.write(pattern(MiB));
        const waiting = Array.from({ length: 20 }, () => near.drained());
        await until(() => got.bytes > 0);
        near.destroy();
        await Promise.all(waiting);
        await nearGot.closed;
        await near.drained();
        expect(got.bytes).toBeLessThan(64 * MiB);
      });

      it('lets a buffer be used again once it is drained', async () => {
        const { near, far } = await both();
        const kept: Uint8Array[] = [];
        follow(far, { data: (bytes) => void kept.push(bytes) });
        record(near);
        const buffer = Buffer.alloc(64 * 1024);
        for (let value = 1; value <= 20; value++) {
          near.write(buffer.fill(value));
          await near.drained();
        }
        const got = (): Buffer => Buffer.concat(kept);
        await until(() => got().length === 20 * buffer.length);
        for (let value = 1; value <= 20; value++) {
          const part = got().subarray((value - 1) * buffer.length, value * buffer.length);
          expect(part.equals(Buffer.alloc(buffer.length, value))).toBe(true);
        }
      });

      it('is drained after it was ended, too', async () => {
        const { near, far } = await both();
        const got = follow(far, { ended: () => far.end() });
        record(near);
        near.write(pattern(16 * MiB));
        near.end();
        await near.drained();
        expect(near.queuedBytes).toBe(0);
        await until(() => got.bytes === 16 * MiB);
      });

      it('is destroyed with what its handler fails with', async () => {
        const { near, far } = await both();
        const full = new Error('the disk is full');
        const held = gate();
        const got = follow(far, { data: () => held.opened });
        const nearGot = record(near);
        near.write('a page');
        await until(() => got.bytes > 0);
        held.fail(full);
        await nearGot.closed;
        await until(() => got.closings.length > 0);
        expect(got.closings).toEqual([full]);
      });
    });

    describe('dialling', () => {
      it('says where nothing listens', async () => {
        const listener = await listen(record);
        await listener[Symbol.asyncDispose]();
        const failure = dial(listener);
        await expect(failure).rejects.toMatchObject({ code: 'unreachable' });
        await expect(failure).rejects.toThrow(`${world.serverHost}:${listener.at.port}`);
      });

      it('says where there is no socket of that path', async () => {
        const path = process.platform === 'win32' ? '\\\\?\\pipe\\nobody.here' : join('/nowhere', 'nobody.sock');
        const failure = world.client.dialPlain({ path }, { signal: patience() });
        await expect(failure).rejects.toMatchObject({ code: 'unreachable', message: /nothing listens at .*nobody/ });
      });

      it('stops with the reason of its signal', async () => {
        const listener = await listen(record);
        const why = new Error('changed my mind');
        await expect(dial(listener, AbortSignal.abort(why))).rejects.toBe(why);
        const stop = new AbortController();
        const dialling = dial(listener, stop.signal);
        stop.abort(why);
        await expect(dialling).rejects.toBe(why);
      });
    });

    describe('a listener', () => {
      it('asks who may come in, and is told of each departure once', async () => {
        const told: string[] = [];
        const listener = keep(
          await world.server.listenPlain(on(), {
            accept: record,
            admit: () => told.push('asked') < 3,
            departed: () => told.push('departed'),
          }),
        );
        for (const stream of [await dial(listener), await dial(listener)]) record(stream);
        await until(() => told.length === 2);
        await dial(listener).then(
          (stream) => record(stream).closed,
          (error) => expect(error).toMatchObject({ code: 'unreachable' }),
        );
        await listener[Symbol.asyncDispose]();
        await until(() => told.length === 5);
        expect(told).toEqual(['asked', 'asked', 'asked', 'departed', 'departed']);
      });

      it('frees its port and closes its streams when it is disposed of', async () => {
        const { near, far, listener } = await pair();
        const [nearGot, farGot] = [record(near), record(far)];
        await expect(listen(record, listener.at.port)).rejects.toMatchObject({ code: 'usage', message: /taken/ });
        await listener[Symbol.asyncDispose]();
        await Promise.all([nearGot.closed, farGot.closed]);
        expect((await listen(record, listener.at.port)).at.port).toBe(listener.at.port);
      });
    });

    describe('a port for links', () => {
      it('hands over what is plain with its first byte, and takes links as well', async () => {
        const [plain, links, refused]: [ReturnType<typeof record>[], string[], string[]] = [[], [], []];
        const listener = keep(
          await world.server.listen(on(), {
            identity: alice,
            handshakeMs: 5000,
            accept: (link) => void links.push(link.fingerprint),
            plain: (stream) => void plain.push(record(stream)),
            refused: () => void refused.push('refused'),
          }),
        );
        const [first, second] = [await dial(listener), await dial(listener)];
        const link = await world.client.dial(at(listener), { identity: bob, signal: patience() });
        for (const stream of [first, second, link]) record(stream);
        first.write('h');
        second.write('REGISTER\0');
        await until(() => plain.length === 2 && links.length === 1);
        first.write('ello');
        await until(() => plain[0]?.bytes().length === 5);
        first.destroy();
        await until(() => plain[0]?.closings.length === 1);
        expect(plain.map((got) => got.bytes().toString())).toEqual(['hello', 'REGISTER\0']);
        expect([links, refused]).toEqual([[bob.fingerprint], []]);
      });

      it('answers one that has ended before it was handed over', async () => {
        const listener = keep(
          await world.server.listen(on(), {
            identity: alice,
            handshakeMs: 5000,
            accept: record,
            plain(stream) {
              follow(stream, {
                ended() {
                  stream.write('the answer');
                  stream.end();
                },
              });
            },
          }),
        );
        const near = await dial(listener);
        const got = follow(near);
        near.write('the question');
        near.end();
        await until(() => got.order.endsWith('c'));
        expect([got.text, got.closings]).toEqual(['the answer', [undefined]]);
      });

      it('refuses what is plain with a line where nobody takes it', async () => {
        const refused: Error[] = [];
        const listener = keep(
          await world.server.listen(on(), {
            identity: alice,
            handshakeMs: 5000,
            accept: record,
            refused: (_, error) => void refused.push(error),
          }),
        );
        const near = await dial(listener);
        const got = record(near);
        near.write('hello');
        await got.closed;
        expect(got.bytes().toString()).toBe('This port speaks TLS: use the rollcall client.\r\n');
        await until(() => refused.length === 1);
        expect(refused).toHaveLength(1);
      });
    });

    describe('HTTP', () => {
      const headers = new Map([['x-says', 'hello']]);
      const answerPath: HttpHandler = async ({ path, headers: asked }, { fingerprint }) => ({
        status: 200,
        headers: new Map([...headers, ['x-caller', fingerprint ?? 'nobody']]),
        body: Buffer.from(`${path} for ${asked.get('x-name') ?? 'nobody'}`),
      });
      const serve = async (handle: HttpHandler, identity?: Identity, plain?: (stream: Stream) => void) =>
        keep(await world.server.serveHttp(on(), { identity, handle, plain }));
      /** Asks in plain text, as a browser does; the answers' statuses, headers and bodies. */
      const ask = async (listener: Listener, requests: string[], method = 'GET') => {
        const stream = await dial(listener);
        const answers: { status: number; headers: Map<string, string>; body: string; whole: boolean }[] = [];
        let parser = new AnswerParser(method);
        const got = follow(stream, {
          data(bytes) {
            for (const part of parser.push(bytes)) {
              if (part.part === 'head') answers.push({ ...part, body: '', whole: false });
              const last = answers.at(-1);
              if (last !== undefined && part.part === 'body') last.body += Buffer.from(part.bytes).toString();
              if (last !== undefined && part.part === 'end') last.whole = true;
            }
          },
        });
        for (const [index, request] of requests.entries()) {
          parser = new AnswerParser(method);
          stream.write(`${method} ${request}`);
          await until(() => answers[index]?.whole === true || got.order.endsWith('c'));
        }
        stream.destroy();
        return answers;
      };

      it('is served without an identity, to callers without a fingerprint', async () => {
        const [answer] = await ask(await serve(answerPath), ['/a?b HTTP/1.1\r\nHost: x\r\nX-Name: carol\r\n\r\n']);
        expect(answer).toMatchObject({ status: 200, body: '/a?b for carol', whole: true });
        expect([answer?.headers.get('x-says'), answer?.headers.get('x-caller')]).toEqual(['hello', 'nobody']);
      });

      it('answers one request after the other on one connection', async () => {
        const listener = await serve(answerPath);
        const answers = await ask(
          listener,
          ['/1', '/2', '/3'].map((path) => `${path} HTTP/1.1\r\nHost: x\r\n\r\n`),
        );
        expect(answers.map(({ body }) => body)).toEqual(['/1 for nobody', '/2 for nobody', '/3 for nobody']);
      });

      it('answers HEAD without a body, and with its length', async () => {
        const [answer] = await ask(await serve(answerPath), ['/ HTTP/1.1\r\nHost: x\r\n\r\n'], 'HEAD');
        expect([answer?.body, answer?.headers.get('content-length')]).toEqual(['', '12']);
      });

      it('carries a body whose length is not announced', async () => {
        async function* body(): AsyncGenerator<Uint8Array> {
          for (const word of ['one ', 'two ', 'three']) yield Buffer.from(word);
        }
        const listener = await serve(async () => ({ status: 200, headers, body: body() }));
        const [answer] = await ask(listener, ['/ HTTP/1.1\r\nHost: x\r\n\r\n']);
        expect(answer).toMatchObject({ body: 'one two three', whole: true });
      });

      it.each([
        ['a body', '/ HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi', 413],
        ['no path', 'x HTTP/1.1\r\nHost: x\r\n\r\n', 400],
        ['a head without end', `/ HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(20_000)}`, 431],
      ])('refuses a request with %s', async (_, request, status) => {
        const stream = await dial(await serve(answerPath));
        const got = record(stream);
        stream.write(`GET ${request}`);
        await got.closed;
        expect(got.bytes().toString()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      });

      it('turns a handler that fails into status 500', async () => {
        const listener = await serve(async () => {
          throw new Error('/home/alice is on fire');
        });
        const [answer] = await ask(listener, ['/ HTTP/1.1\r\nHost: x\r\n\r\n']);
        expect(answer?.status).toBe(500);
        expect(answer?.body).not.toContain('alice');
      });

      it('tells the handler when the caller leaves', async () => {
        const seen: string[] = [];
        const listener = await serve(async (_, { signal }) => {
          seen.push('asked');
          signal.addEventListener('abort', () => seen.push('told'));
          return new Promise(() => {});
        });
        const stream = await dial(listener);
        record(stream);
        stream.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
        await until(() => seen.length === 1);
        stream.destroy();
        await until(() => seen.length === 2);
        expect(seen).toEqual(['asked', 'told']);
      });

      it('is no peer to who wants one', async () => {
        const listener = await serve(answerPath);
        const dialling = world.client.dialHttp(at(listener), { identity: bob, signal: patience() });
        await expect(dialling).rejects.toMatchObject({ code: 'unreachable', message: /not a rollcall peer/ });
      });

      it('with an identity shares its port with what is plain', async () => {
        const plain: ReturnType<typeof record>[] = [];
        const listener = await serve(answerPath, alice, (stream) => void plain.push(record(stream)));
        const connection = keep(await world.client.dialHttp(at(listener), { identity: bob, signal: patience() }));
        const answer = await connection.request({ method: 'GET', path: '/x', headers: new Map() }, patience());
        expect((await readAll(answer)).toString()).toBe('/x for nobody');
        expect(answer.headers.get('x-caller')).toBe(bob.fingerprint);
        const near = await dial(listener);
        record(near);
        near.write('get x');
        await until(() => plain[0]?.bytes().length === 5);
        expect(plain[0]?.bytes().toString()).toBe('get x');
      });

      describe('on a port that serves HTTPS too', () => {
        const encryptedPath: HttpHandler = async ({ path }, { encrypted, fingerprint }) => ({
          status: 200,
          headers: new Map([['x-caller', fingerprint ?? 'nobody']]),
          body: Buffer.from(`${path} ${encrypted ? 'encrypted' : 'plain'}`),
        });
        const streams: ReturnType<typeof record>[] = [];
        const both = async () => {
          streams.length = 0;
          const plain = (stream: Stream): void => void streams.push(record(stream));
          const options = { identity: alice, handle: encryptedPath, plainHttp: true, plain };
          return keep(await world.server.serveHttp(on(), options));
        };

        it('is told from HTTPS, and so is its caller', async () => {
          const listener = await both();
          const connection = keep(await world.client.dialHttp(at(listener), { identity: bob, signal: patience() }));
          const answer = await connection.request({ method: 'GET', path: '/x', headers: new Map() }, patience());
          expect((await readAll(answer)).toString()).toBe('/x encrypted');
          expect(answer.headers.get('x-caller')).toBe(bob.fingerprint);
          const requests = ['/1', '/2'].map((path) => `${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
          const answers = await ask(listener, requests);
          expect(answers.map(({ body }) => body)).toEqual(['/1 plain', '/2 plain']);
          expect(answers[0]?.headers.get('x-caller')).toBe('nobody');
          expect(streams).toEqual([]);
        });

        it('is told however its first line is cut, and however long it is', async () => {
          const listener = await both();
          const long = `/content/${'a'.repeat(5000)}`;
          for (const parts of [
            ['GET /', 'x HTTP/1.1\r\nHost: x\r\n\r\n'],
            ['GET /x HTT', 'P/1.1\r', '\nHost: x\r\n\r\n'],
            [`GET ${long}`, ' ', 'HTTP/1.1\r\nHost', ': x\r\n\r\n'],
          ]) {
            const stream = await dial(listener);
            const got = record(stream);
            for (const part of parts) {
              stream.write(part);
              // So that it arrives by itself.
              for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
            }
            await until(() => got.bytes().toString().endsWith(' plain'));
            expect(got.bytes().toString()).toMatch(/^HTTP\/1\.1 200 /);
            stream.destroy();
          }
          expect(streams).toEqual([]);
        });

        it.each(['get x', 'G', 'GET x.txt', 'GET_FILE\0x\0', 'DOWNLOAD /x', 'GET /x and more\n', 'hello /\r\n'])(
          'leaves %j to who takes what is plain',
          async (request) => {
            const stream = await dial(await both());
            record(stream);
            stream.write(request);
            await until(() => streams[0]?.bytes().length === request.length);
            expect(streams[0]?.bytes().toString()).toBe(request);
            stream.destroy();
          },
        );

        it('hangs up on who ends before his first line does', async () => {
          const stream = await dial(await both());
          const got = record(stream);
          stream.write('GET /x');
          stream.end();
          await got.closed;
          expect([got.bytes().length, streams]).toEqual([0, []]);
        });
      });

      it('with an identity alone hangs up on what is plain', async () => {
        const near = await dial(await serve(answerPath, alice));
        const got = record(near);
        near.write('GET / HTTP/1.1\r\n\r\n');
        await got.closed;
        expect(got.closings).toHaveLength(1);
        expect(got.bytes().toString()).not.toContain('HTTP/1.1 200');
      });
    });
  });
}
