import { describe, expect, it } from 'vitest';
import { tcpDialects } from '../../../../src/net/wire/classic/sniff.ts';
import { settle } from '../../../support/fakeClock.ts';
import { alice, carol } from '../../support/brain.ts';
import { Scene, type Teletype } from './scene.ts';

const tenThousand = 10_000;

/** Everything that is answered to what was written, however long its tokens make it wait. */
async function answers(scene: Scene, line: Teletype): Promise<string> {
  let text = '';
  for (let second = 0, quiet = 0; second < 1000 && quiet < 3; second++) {
    await scene.brain.clock.wind(1000);
    const more = line.read();
    quiet = more === '' ? quiet + 1 : 0;
    text += more;
  }
  return text;
}

/** Writes pieces of 64 KiB, as they come off a socket. */
function pour(line: Teletype, text: string): void {
  for (let from = 0; from < text.length; from += 65_536) line.write(text.slice(from, from + 65_536));
}

describe('ten thousand of a host\u2019s bad messages are answered each, and nobody else is hurt', () => {
  it.each([
    ['PUBLISH a.txt alice\n', 'PUBLISH_FAIL Client not registered'],
    ['PUBLISH ../x bob\n', 'PUBLISH_FAIL Invalid file name'],
    ['PUBLISH /etc/passwd bob\n', 'PUBLISH_FAIL Invalid file name'],
    ['REGISTER bob\n', 'REGISTER_FAIL Invalid request'],
    ['REGISTER bob 5001\n', 'REGISTER_FAIL Hostname already exists'],
    ['FETCH\n', 'FETCH_NOT_FOUND'],
    ['\x01\x02\n', 'UNKNOWN_COMMAND'],
    ['x\n', 'UNKNOWN_COMMAND'],
  ])('%j', async (text, reply) => {
    using scene = new Scene();
    const other = await scene.connect('10.0.0.2');
    await other.say('REGISTER carol 5001\n');
    const line = await scene.connect('10.0.0.1');
    await line.say('REGISTER bob 5001\n');
    pour(line, text.repeat(tenThousand));
    expect(await other.say('LIST_CLIENTS\n')).toBe('LIST_CLIENTS_OK bob carol');
    expect(await answers(scene, line)).toBe(reply.repeat(tenThousand));
    expect(await scene.users()).toEqual(['bob 10.0.0.1:5001', 'carol 10.0.0.2:5001']);
  });
});

it('thousands of requests in one piece are read some at a time, and somebody else is answered between them', async () => {
  using scene = new Scene();
  const line = await scene.connect('10.0.0.1');
  line.write('x\n'.repeat(32_768));
  for (let turn = 0; turn < 3; turn++) await settle();
  const replies = line.read().length / 'UNKNOWN_COMMAND'.length;
  expect(replies).toBeGreaterThan(0);
  expect(replies).toBeLessThan(500);
  expect(await (await scene.connect('10.0.0.2')).ask('LIST_CLIENTS')).toBe('LIST_CLIENTS_OK');
});

describe('a thousand connections', () => {
  it.each([
    ['nothing', ''],
    ['half a command', 'REGISTER alice'],
    ['a forged owner', 'PUBLISH a.txt alice'],
    ['another version', 'PROTO_VERSION 9'],
    ['binary', '\x80\x81\x82'],
    ['a string that is too long', `PUBLISH\0\0alice\0${'x'.repeat(300)}`],
    ['a command before it is here', 'PUBLISH\0\0alice\0a.txt\0\0'],
  ])('that say %s leave nothing behind', async (_, text) => {
    using scene = new Scene();
    for (let count = 0; count < 1000; count++) {
      const line = await scene.connect('10.0.0.1');
      if (text !== '') line.write(Uint8Array.from(text, (character) => character.charCodeAt(0)));
    }
    await scene.brain.clock.wind(120_000);
    expect(scene.classic.connections).toBe(0);
    expect(scene.brain.clock.waiting).toBe(1);
    expect(await scene.users()).toEqual([]);
  });
});

describe('lists', () => {
  it('that nobody reads end their connections, and others have their turn', async () => {
    using scene = new Scene();
    await scene.native(carol, 'c', ...Array.from({ length: 300 }, (_, at) => `${'n'.repeat(200)}${at}`));
    let finds = 0;
    const asked = scene.tracker.ask.bind(scene.tracker);
    scene.tracker.ask = (caller, command, stamp) => {
      if (command.command === 'find') finds += 1;
      return asked(caller, command, stamp);
    };
    for (let count = 0; count < 30; count++) {
      const line = await scene.connect('10.0.0.1');
      line.deafen();
      line.write('PROTO_VERSION 1.0\nLIST_FILES\n');
    }
    await settle();
    expect(finds).toBe(4);
    const other = await scene.connect('10.0.0.2');
    expect((await other.say('PROTO_VERSION 1.0\nLIST_FILES\n')).endsWith('END\n')).toBe(true);
    await scene.brain.clock.wind(100_000);
    expect(finds).toBe(31);
    expect(scene.classic.connections).toBe(0);
  });
});

it('an address that asks without end in single requests has to wait, and others do not', async () => {
  using scene = new Scene(tcpDialects);
  await scene.native(alice, 'a');
  const flood: Teletype[] = [];
  for (let count = 0; count < 2000; count++) {
    const line = await scene.connect('10.0.0.1');
    line.write(`REGISTER\0\0alice\0`);
    flood.push(line);
  }
  await settle();
  const answered = (): number => flood.filter((line) => line.reads.length > 0).length;
  expect(answered()).toBe(250);
  const other = await scene.connect('10.0.0.2');
  expect(await other.say('REGISTER\0\0alice\0')).toBe('\x01');
  await scene.brain.clock.wind(1000);
  expect(answered()).toBe(300);
  scene.network.sever('10.0.0.1');
  await settle();
  const next = await scene.connect('10.0.0.1');
  next.write('REGISTER\0\0alice\0');
  await scene.brain.clock.wind(1000);
  expect(next.read()).toBe('\x01');
});

it('an address that asks without end on lasting connections asks no more than on one', async () => {
  using scene = new Scene();
  const flood: Teletype[] = [];
  for (let count = 0; count < 20; count++) {
    const line = await scene.connect('10.0.0.1');
    line.write('FETCH nothing\n'.repeat(200));
    flood.push(line);
  }
  await scene.brain.clock.wind(1);
  const answered = (): number =>
    flood.reduce((sum, line) => sum + line.reads.join('').split('NOT_FOUND').length - 1, 0);
  expect(answered()).toBeLessThanOrEqual(1001);
  const other = await scene.connect('10.0.0.2');
  expect(await other.say('FETCH nothing\n')).toBe('FETCH_NOT_FOUND');
  await scene.brain.clock.wind(1000);
  expect(answered()).toBeLessThanOrEqual(1221);
});

it('lists weigh by what they come to', async () => {
  using scene = new Scene();
  await scene.native(carol, 'c', ...Array.from({ length: 2000 }, (_, at) => `${'n'.repeat(200)}${at}`));
  for (const text of ['REGISTER\0\0alice\0', 'CONNECT\0\0alice\x005001\0']) {
    expect(await (await scene.connect('10.0.0.1')).say(text)).toBe('\0');
  }
  let answered = 0;
  for (let count = 0; count < 60; count++) {
    const line = await scene.connect('10.0.0.1');
    line.write('LIST_CONTENT\0\0alice\0carol\0');
    for (let turn = 0; turn < 5; turn++) await settle();
    if (line.reads.length > 0) answered += 1;
  }
  // 10 to begin with, and about 100 for 400 KB.
  expect(answered).toBeGreaterThan(40);
  expect(answered).toBeLessThan(50);
});

it('the tracker hears once of each connection that closes', async () => {
  using scene = new Scene();
  let closed = 0;
  const close = scene.tracker.closed.bind(scene.tracker);
  scene.tracker.closed = (caller) => {
    closed += 1;
    close(caller);
  };
  for (const text of ['REGISTER alice 5001\n', 'PROTO_VERSION 1.0\n', 'REGISTER\0\0bob\0']) {
    const line = await scene.connect();
    await line.say(text);
    line.stream.destroy();
    await settle();
  }
  expect(closed).toBe(3);
  expect(scene.classic.connections).toBe(0);
});
