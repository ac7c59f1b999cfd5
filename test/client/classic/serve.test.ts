import { describe, expect, it } from 'vitest';
import { writeBytes } from '../../../src/client/classic/limits.ts';
import { settle } from '../../support/fakeClock.ts';
import { call, serving, shown, two } from './support.ts';

const files = { 'test.txt': 'hello there', 'a name with blanks': 'x', empty: '' };

describe('a peer that is asked in an older dialect', () => {
  it.each([
    ['hello', 'get test.txt', 'hello there'],
    ['hello with a line end', 'get test.txt\r\n', 'hello there'],
    ['hello with blanks in the name', 'get a name with blanks', 'x'],
    ['hello for an empty file', 'get empty\n', ''],
    ['versioned', 'test.txt', 'hello there'],
    ['versioned with a line end', 'test.txt\n', 'hello there'],
    ['hostname', 'DOWNLOAD test.txt', 'FILESIZE 11\nBEGIN_DOWNLOAD\nhello there'],
    ['fields', 'GET_FILE\0test.txt\0', '\x0011\0hello there'],
    ['fields for an empty file', 'GET_FILE\0empty\0', '\x000\0'],
  ])('answers %s', async (_, request, answer) => {
    const scene = two();
    await serving(scene, shown(files));
    const bob = await call(scene);
    await bob.say(request);
    await scene.clock.wind(200);
    expect(bob.text).toBe(answer);
    expect(bob.state).toBe('ended');
    expect(scene.clock.waiting).toBe(0);
  });

  it.each([
    ['get nothing', 'Error: File not found.\n'],
    ['get ../client.c', 'Error: File not found.\n'],
    ['get /etc/hostname', 'Error: File not found.\n'],
    ['get \n', 'Error: File not found.\n'],
    ['nothing', ''],
    ['\n', ''],
    ['\x01\x02\x03\xff\n', ''],
    ['DOWNLOAD nothing', 'ERROR File not found\n'],
    ['DOWNLOAD', 'ERROR No filename specified\n'],
    ['GET_FILE\0nothing\0', '\x01'],
    ['GET_FILE\0/home/alice/test.txt\0', '\x01'],
    ['GET_FILE\0\0', '\x02'],
  ])('answers %j, which is no file of its own, with %j', async (request, answer) => {
    const scene = two();
    await serving(scene, shown(files));
    const bob = await call(scene);
    await bob.say(request);
    await scene.clock.wind(50);
    expect(bob.text).toBe(answer);
    expect(bob.state).toBe('ended');
  });

  it('answers a request that is longer than any name with what its dialect has for that', async () => {
    for (const [verb, answer] of [
      ['get ', 'Error: File not found.\n'],
      ['', ''],
      ['DOWNLOAD ', 'ERROR Invalid request\n'],
      ['GET_FILE\0', '\x02'],
    ]) {
      const scene = two();
      await serving(scene, shown(files));
      const bob = await call(scene);
      await bob.say(`${verb}${'x'.repeat(100_000)}`);
      expect([bob.text, bob.state]).toEqual([answer, 'ended']);
    }
  });

  it('takes a request without a line end as whole after 50 ms without another byte', async () => {
    const scene = two();
    const alice = shown(files);
    await serving(scene, alice);
    const bob = await call(scene);
    await bob.say('get te');
    await scene.clock.wind(49);
    await bob.say('st.txt');
    await scene.clock.wind(49);
    expect(alice.asked).toEqual([]);
    await scene.clock.wind(1);
    expect(alice.asked).toEqual([['test.txt', '10.0.0.2']]);
  });

  it('takes it as whole at once where the caller says that this was all', async () => {
    const scene = two();
    await serving(scene, shown(files));
    const bob = await call(scene);
    await bob.say('get test.txt');
    bob.stream.end();
    await settle();
    expect(bob.text).toBe('hello there');
  });

  it('says each part of its head on its own in hostname, for readers without framing', async () => {
    const scene = two();
    await serving(scene, shown(files));
    const bob = await call(scene);
    await bob.say('DOWNLOAD test.txt\n');
    expect(bob.text).toBe('FILESIZE 11\n');
    await scene.clock.wind(50);
    expect(bob.text).toBe('FILESIZE 11\nBEGIN_DOWNLOAD\n');
    await scene.clock.wind(50);
    expect(bob.text).toBe('FILESIZE 11\nBEGIN_DOWNLOAD\nhello there');
  });

  it('closes after 5 s of silence within a request, and not a millisecond sooner', async () => {
    const scene = two();
    await serving(scene, shown(files));
    const bob = await call(scene);
    await bob.say('GET_FILE\0test');
    await scene.clock.wind(4999);
    expect(bob.state).toBe('open');
    await scene.clock.wind(1);
    expect([bob.state, bob.text]).toEqual(['ended', '']);
    expect(scene.clock.waiting).toBe(0);
  });

  it('closes after 10 s although a request drips on', async () => {
    const scene = two();
    await serving(scene, shown(files));
    const bob = await call(scene);
    await bob.say('GET_FILE\0');
    for (let drip = 0; drip < 2; drip++) {
      await scene.clock.wind(4000);
      await bob.say('x');
    }
    await scene.clock.wind(1999);
    expect(bob.state).toBe('open');
    await scene.clock.wind(1);
    expect(bob.state).toBe('ended');
  });

  it('answers one request and no second one', async () => {
    const scene = two();
    const alice = shown(files);
    await serving(scene, alice);
    const bob = await call(scene);
    await bob.say('get test.txt\nget empty\n');
    await scene.clock.wind(100);
    expect(bob.text).toBe('hello there');
    expect(alice.asked).toHaveLength(1);
  });

  it('breaks the connection where a file changes, so that its reader does not take the part for all', async () => {
    const scene = two();
    async function* changing(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode('half of ');
      throw new Error('changed');
    }
    await serving(scene, shown({ 'test.txt': () => ({ size: 100, bytes: changing() }) }));
    const bob = await call(scene);
    await bob.say('get test.txt\n');
    expect([bob.text, bob.state]).toEqual(['half of ', 'lost']);
  });

  it('breaks it as well where fewer bytes come than the file has', async () => {
    const scene = two();
    async function* short(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode('half of ');
    }
    await serving(scene, shown({ 'test.txt': () => ({ size: 9, bytes: short() }) }));
    const bob = await call(scene);
    await bob.say('test.txt\n');
    expect([bob.text, bob.state]).toEqual(['half of ', 'lost']);
  });

  it('lets go of a file whose reader has left', async () => {
    const scene = two(1);
    let done = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(1000);
      } finally {
        done = true;
      }
    }
    await serving(scene, shown({ 'test.txt': () => ({ size: 1e12, bytes: endless() }) }));
    const bob = await call(scene);
    bob.stream.write('get test.txt\n');
    await scene.clock.wind(20);
    expect(bob.bytes).toBeGreaterThan(1000);
    bob.stream.destroy();
    await scene.clock.wind(20);
    expect(done).toBe(true);
  });

  it('ends a reader who takes less than a write in a minute', async () => {
    const scene = two();
    const chunk = new Uint8Array(writeBytes);
    let done = false;
    async function* all(): AsyncGenerator<Uint8Array> {
      try {
        for (let count = 0; count < 5; count++) yield chunk;
      } finally {
        done = true;
      }
    }
    await serving(scene, shown({ 'test.txt': () => ({ size: 5 * writeBytes, bytes: all() }) }));
    const dialling = scene.bob.dialPlain({ host: '10.0.0.1', port: 4000 }, { signal: new AbortController().signal });
    await settle();
    const stream = await dialling;
    stream.open({ data: () => new Promise(() => {}), closed() {} });
    stream.write('get test.txt\n');
    await scene.clock.wind(59_999);
    expect(done).toBe(false);
    await scene.clock.wind(1);
    expect(done).toBe(true);
    expect(scene.clock.waiting).toBe(0);
  });

  it('bears 1,000 callers who say anything, and is there for the next', async () => {
    const scene = two();
    await serving(scene, shown(files));
    const calls = [];
    for (let count = 0; count < 1000; count++) {
      const bob = await call(scene);
      bob.stream.write(Uint8Array.from({ length: count % 50 }, (_, at) => (at * count * 31) % 256));
      calls.push(bob);
    }
    await scene.clock.wind(10_000);
    expect(calls.filter(({ state }) => state === 'open')).toEqual([]);
    expect(scene.clock.waiting).toBe(0);
    const last = await call(scene);
    await last.say('get test.txt\n');
    expect(last.text).toBe('hello there');
  });
});
