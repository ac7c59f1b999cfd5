import { describe, expect, it } from 'vitest';
import { userName } from '../../../../src/base/names.ts';
import { settle } from '../../../support/fakeClock.ts';
import { alice, Brain, bob, carol } from '../../support/brain.ts';
import { Scene, type Teletype } from './scene.ts';

async function host(scene: Scene, name: string, address: string, ...files: string[]): Promise<Teletype> {
  const line = await scene.connect(address);
  expect(await line.say(`REGISTER ${name} 5001\n`)).toBe('REGISTER_SUCCESS');
  for (const file of files) expect(await line.say(`PUBLISH ${file} ${name}\n`)).toBe('PUBLISH_SUCCESS');
  return line;
}

describe('the table, each message in one write without a line end', () => {
  it('registers, publishes, fetches, lists and discovers', async () => {
    using scene = new Scene();
    const one = await scene.connect('10.0.0.1');
    expect(await one.ask('REGISTER alice 5001')).toBe('REGISTER_SUCCESS');
    expect(await one.ask('PUBLISH a.txt alice')).toBe('PUBLISH_SUCCESS');
    expect(await one.ask('PUBLISH b.txt alice')).toBe('PUBLISH_SUCCESS');
    const two = await scene.connect('10.0.0.2');
    expect(await two.ask('REGISTER bob 5002')).toBe('REGISTER_SUCCESS');
    expect(await two.ask('PUBLISH a.txt bob')).toBe('PUBLISH_SUCCESS');
    expect(await two.ask('FETCH a.txt')).toBe('FETCH_OK 10.0.0.1:5001:alice 10.0.0.2:5002:bob');
    expect(await two.ask('FETCH c.txt')).toBe('FETCH_NOT_FOUND');
    expect(await two.ask('LIST_CLIENTS')).toBe('LIST_CLIENTS_OK alice bob');
    expect(await two.ask('DISCOVER_CLIENT alice')).toBe('DISCOVER_CLIENT_OK a.txt b.txt');
    expect(await two.ask('DISCOVER_CLIENT carol')).toBe('DISCOVER_CLIENT_NOT_FOUND');
    expect(await two.ask('HELLO')).toBe('UNKNOWN_COMMAND');
  });

  it('is answered once, in one write', async () => {
    using scene = new Scene();
    const line = await scene.connect();
    await line.ask('LIST_CLIENTS');
    expect(line.reads).toEqual(['LIST_CLIENTS_OK']);
  });
});

it('a page in a browser cannot have it act in the name of whoever looks at it', async () => {
  using scene = new Scene();
  const line = await scene.connect('10.0.0.1');
  const head = 'POST / HTTP/1.1\r\nHost: 192.168.1.1:7450\r\nContent-Type: text/plain\r\n\r\n';
  expect(await line.say(`${head}REGISTER alice 5001\nPUBLISH a.txt alice\n`)).toBe('UNKNOWN_COMMAND');
  expect(await line.say('REGISTER alice 5001\n')).toBe('');
  expect(await (await scene.connect('10.0.0.2')).ask('LIST_CLIENTS')).toBe('LIST_CLIENTS_OK');
});

describe('several messages in one segment', () => {
  it('are answered each, in order', async () => {
    using scene = new Scene();
    const line = await scene.connect('10.0.0.1');
    expect(await line.ask('REGISTER alice 5001LIST_CLIENTS')).toBe('REGISTER_SUCCESSLIST_CLIENTS_OK alice');
    expect(await line.ask('PUBLISH a.txt alicePUBLISH b.txt alice')).toBe('PUBLISH_SUCCESSPUBLISH_SUCCESS');
    expect(await line.say('FETCH a.txt\nFETCH x\n')).toBe('FETCH_OK 10.0.0.1:5001:aliceFETCH_NOT_FOUND');
  });

  it('may be thousands', async () => {
    using scene = new Scene();
    const line = await scene.connect('10.0.0.1');
    const files = Array.from({ length: 900 }, (_, at) => `f${at}`);
    line.write(`REGISTER alice 5001\n${files.map((file) => `PUBLISH ${file} alice\n`).join('')}`);
    for (let turn = 0; turn < 200; turn++) await settle();
    expect(line.read()).toBe(`REGISTER_SUCCESS${'PUBLISH_SUCCESS'.repeat(900)}`);
  });
});

it('a message in several segments is one, however long the pauses in it', async () => {
  using scene = new Scene();
  const line = await scene.connect('10.0.0.1');
  for (const part of ['REG', 'ISTER', ' alice']) expect(await line.ask(part)).toBe('');
  expect(await line.ask(' 5001')).toBe('REGISTER_SUCCESS');
});

describe('a host name', () => {
  it.each([true, false])('that is here already is refused, from the same connection: %s', async (same) => {
    using scene = new Scene();
    const first = await host(scene, 'alice', '10.0.0.1');
    const line = same ? first : await scene.connect('10.0.0.2');
    expect(await line.say('REGISTER alice 5002\n')).toBe('REGISTER_FAIL Hostname already exists');
    expect(await scene.users()).toEqual(['alice 10.0.0.1:5001']);
  });

  it('that is bound to a key is refused', async () => {
    using scene = new Scene();
    await scene.native(alice, 'a');
    const line = await scene.connect();
    expect(await line.say('REGISTER alice 5001\n')).toBe('REGISTER_FAIL Hostname already exists');
  });

  it('is free again as soon as its connection closes', async () => {
    using scene = new Scene();
    const first = await host(scene, 'alice', '10.0.0.1', 'a.txt');
    first.stream.destroy();
    await settle();
    expect(await scene.users()).toEqual([]);
    await host(scene, 'alice', '10.0.0.2');
  });

  it('is given up for another on the same connection', async () => {
    using scene = new Scene();
    const line = await host(scene, 'alice', '10.0.0.1', 'a.txt');
    expect(await line.say('REGISTER alma 5001\n')).toBe('REGISTER_SUCCESS');
    expect(await scene.users()).toEqual(['alma 10.0.0.1:5001']);
    expect(await line.say('PUBLISH b.txt alice\n')).toBe('PUBLISH_FAIL Client not registered');
  });

  it('beyond what the tracker takes is told to try later', async () => {
    using scene = new Scene(undefined, new Brain({ maxSessions: 1 }));
    await host(scene, 'alice', '10.0.0.1');
    const line = await scene.connect();
    expect(await line.say('REGISTER bob 5001\n')).toBe('REGISTER_FAIL Try again later');
  });

  it.each([
    'REGISTER a@b 5001',
    'REGISTER alice 80',
    'REGISTER alice 70000',
    'REGISTER alice five',
    'REGISTER alice -1',
  ])('as in %j is refused', async (text) => {
    using scene = new Scene();
    const line = await scene.connect();
    expect(await line.say(`${text}\n`)).toBe('REGISTER_FAIL Invalid hostname or port');
    expect(await line.say('REGISTER\n')).toBe('REGISTER_FAIL Invalid request');
    expect(await scene.users()).toEqual([]);
  });
});

describe('publishing', () => {
  it('fails before registering, and under a name of somebody else', async () => {
    using scene = new Scene();
    await host(scene, 'bob', '10.0.0.2');
    const line = await scene.connect();
    expect(await line.say('PUBLISH a.txt alice\n')).toBe('PUBLISH_FAIL Client not registered');
    await line.say('REGISTER alice 5001\n');
    expect(await line.say('PUBLISH a.txt bob\n')).toBe('PUBLISH_FAIL Client not registered');
    expect(await scene.files()).toEqual([]);
  });

  it.each(['../x', '/etc/passwd', '..', 'a:b', 'x'.repeat(256), 'a\x07b'])(
    'fails for a file called %j',
    async (file) => {
      using scene = new Scene();
      const line = await host(scene, 'alice', '10.0.0.1');
      expect(await line.say(`PUBLISH ${file} alice\n`)).toBe('PUBLISH_FAIL Invalid file name');
      expect(await line.say(`FETCH ${file}\n`)).toBe('FETCH_NOT_FOUND');
      expect(await scene.files()).toEqual([]);
    },
  );

  it('fails for a file name of several words, with one answer', async () => {
    using scene = new Scene();
    const line = await host(scene, 'alice', '10.0.0.1');
    expect(await line.say('PUBLISH my file.txt alice\n')).toBe('PUBLISH_FAIL Invalid request');
    expect(await line.ask('PUBLISH my file.txt alice')).toBe('PUBLISH_FAIL Invalid request');
  });

  it('of one name twice is one file', async () => {
    using scene = new Scene();
    const line = await host(scene, 'alice', '10.0.0.1', 'a.txt', 'a.txt');
    expect(await line.say('DISCOVER_CLIENT alice\n')).toBe('DISCOVER_CLIENT_OK a.txt');
  });
});

describe('the lists', () => {
  it('tell everybody of one word, and the files of those alone that answer this dialect', async () => {
    using scene = new Scene();
    await scene.native(carol, 'c', 'film.mp4', 'two words.txt');
    const { caller } = await scene.brain.join(userName('Ann Lee'), 'd');
    await scene.brain.announce(caller);
    await scene.brain.join(bob, 'b');
    const line = await host(scene, 'alice', '10.0.0.1');
    expect(await line.say('LIST_CLIENTS\n')).toBe('LIST_CLIENTS_OK alice bob carol');
    expect(await line.say('DISCOVER_CLIENT carol\n')).toBe('DISCOVER_CLIENT_OK film.mp4');
    expect(await line.say('DISCOVER_CLIENT alice\n')).toBe('DISCOVER_CLIENT_OK');
    expect(await line.say('DISCOVER_CLIENT bob\n')).toBe('DISCOVER_CLIENT_NOT_FOUND');
    expect(await line.say('FETCH film.mp4\n')).toBe('FETCH_OK 192.168.1.20:4000:carol');
    const told = scene.logged.map(({ fields }) => fields['name']);
    expect(told).toEqual(['Ann Lee', 'two words.txt']);
  });

  it('leave out an address that the colons would part', async () => {
    using scene = new Scene();
    await host(scene, 'alice', 'fd00::1', 'a.txt');
    await host(scene, 'bob', '10.0.0.2', 'a.txt', 'b.txt');
    const line = await scene.connect();
    expect(await line.say('FETCH a.txt\n')).toBe('FETCH_OK 10.0.0.2:5001:bob');
    expect(scene.logged.map(({ fields }) => fields['name'])).toEqual(['fd00::1 of alice']);
  });

  it('are cut at a whole entry where one read would not take them, and the log says so once', async () => {
    using scene = new Scene();
    const names = Array.from({ length: 600 }, (_, at) => `file-${String(at).padStart(4, '0')}`);
    await scene.native(carol, 'c', ...names);
    const line = await scene.connect();
    for (const _ of [1, 2]) {
      const reply = await line.say('DISCOVER_CLIENT carol\n');
      expect(reply.length).toBe('DISCOVER_CLIENT_OK'.length + 407 * ' file-0000'.length);
      expect(reply.endsWith(' file-0406')).toBe(true);
      expect(line.reads.at(-1)).toBe(reply);
    }
    expect(scene.logged.map(({ message }) => message)).toEqual([expect.stringContaining('a list was cut')]);
  });
});

it('binary in a message makes it fail, and nothing else', async () => {
  using scene = new Scene();
  const line = await host(scene, 'alice', '10.0.0.1');
  expect(await line.say(Uint8Array.of(...Buffer.from('FETCH '), 0xff, 0xfe, 0x0a))).toBe('FETCH_NOT_FOUND');
  expect(await line.say(Uint8Array.of(1, 2, 3, 0x80, 0x0a))).toBe('UNKNOWN_COMMAND');
  expect(await line.say('LIST_CLIENTS\n')).toBe('LIST_CLIENTS_OK alice');
});

it('alone, it answers what it does not know as such', async () => {
  using scene = new Scene(['hostname']);
  const line = await scene.connect();
  expect(await line.say('PROTO_VERSION 1.0\n')).toBe('UNKNOWN_COMMAND');
  expect(await line.say('REGISTER alice 5001\n')).toBe('REGISTER_SUCCESS');
});
