import { describe, expect, it } from 'vitest';
import { sessionId } from '../../../../src/base/ids.ts';
import { userName } from '../../../../src/base/names.ts';
import { settle } from '../../../support/fakeClock.ts';
import { alice, bob, carol } from '../../support/brain.ts';
import { Scene, type Teletype } from './scene.ts';

async function greeted(scene: Scene, address?: string): Promise<Teletype> {
  const line = await scene.connect(address);
  expect(await line.say('PROTO_VERSION 1.0\n')).toBe('VERSION_OK\n');
  return line;
}

async function peer(scene: Scene, user: string, address: string, ...files: string[]): Promise<Teletype> {
  const line = await greeted(scene, address);
  expect(await line.say(`REGISTER ${user}\n`)).toBe('REGISTERED\n');
  for (const file of files) expect(await line.say(`ANNOUNCE ${file} 5001\n`)).toBe('ANNOUNCED\n');
  return line;
}

describe('the table', () => {
  it('registers, announces, lists and finds', async () => {
    using scene = new Scene();
    await peer(scene, 'bob', '10.0.0.2', 'b.txt');
    const line = await peer(scene, 'alice', '10.0.0.1', 'a.txt');
    expect(await line.say('LIST_FILES\n')).toBe('a.txt 10.0.0.1 5001\nb.txt 10.0.0.2 5001\nEND\n');
    expect(await line.say('REQUEST b.txt\r\n')).toBe('FOUND 10.0.0.2 5001\n');
    expect(await line.say('REQUEST c.txt\n')).toBe('NOT_FOUND\n');
    expect(await line.say('REQUEST ../etc/passwd\n')).toBe('NOT_FOUND\n');
    expect(await scene.users()).toEqual(['alice 10.0.0.1:5001', 'bob 10.0.0.2:5001']);
  });

  it('takes messages without line ends', async () => {
    using scene = new Scene();
    const line = await scene.connect('10.0.0.1');
    expect(await line.ask('PROTO_VERSION 1.0')).toBe('VERSION_OK\n');
    expect(await line.ask('REGISTER alice')).toBe('REGISTERED\n');
    expect(await line.ask('ANNOUNCE a.txt 5001')).toBe('ANNOUNCED\n');
    expect(await line.ask('LIST_FILES')).toBe('a.txt 10.0.0.1 5001\nEND\n');
  });

  it('refuses another version, and closes', async () => {
    using scene = new Scene();
    const line = await scene.connect();
    expect(await line.say('PROTO_VERSION 2.0\nREGISTER alice\n')).toBe('VERSION_FAIL\n');
    line.stream.end();
    await settle();
    expect(line.closed).toBe(true);
    expect(scene.classic.connections).toBe(0);
  });

  it.each(['REGISTER alice\n', 'LIST_FILES\n', 'HELLO\n', '\x01\x02\n', 'GET / HTTP/1.1\r\n\r\n'])(
    'answers %j before the version with VERSION_FAIL, and closes',
    async (text) => {
      using scene = new Scene(['versioned']);
      const line = await scene.connect();
      expect(await line.say(text)).toBe('VERSION_FAIL\n');
      line.stream.end();
      await settle();
      expect(line.closed).toBe(true);
    },
  );
});

describe('whoever is registered', () => {
  it('is not listed before the first file, and has the name', async () => {
    using scene = new Scene();
    await peer(scene, 'alice', '10.0.0.1');
    expect(await scene.users()).toEqual([]);
    const other = await greeted(scene, '10.0.0.2');
    expect(await other.say('REGISTER alice\n')).toMatch(/^ERROR "alice" is here already.*\n$/);
  });

  it('may say the name again, and take another', async () => {
    using scene = new Scene();
    const line = await peer(scene, 'alice', '10.0.0.1', 'a.txt');
    expect(await line.say('REGISTER alice\n')).toBe('REGISTERED\n');
    expect(await scene.files()).toEqual(['a.txt@alice']);
    expect(await line.say('REGISTER bob\n')).toBe('REGISTERED\n');
    expect(await scene.files()).toEqual([]);
  });

  it('moves with all files where it names another port', async () => {
    using scene = new Scene();
    const line = await peer(scene, 'alice', '10.0.0.1', 'a.txt');
    expect(await line.say('ANNOUNCE b.txt 5002\n')).toBe('ANNOUNCED\n');
    expect(await line.say('LIST_FILES\n')).toBe('a.txt 10.0.0.1 5002\nb.txt 10.0.0.1 5002\nEND\n');
  });

  it('is gone with all files as soon as the connection is', async () => {
    using scene = new Scene();
    const line = await peer(scene, 'alice', '10.0.0.1', 'a.txt');
    line.stream.destroy();
    await settle();
    expect(await scene.users()).toEqual([]);
    expect(await scene.files()).toEqual([]);
    await peer(scene, 'alice', '10.0.0.2', 'a.txt');
  });

  it('is pointed to another owner rather than to itself', async () => {
    using scene = new Scene();
    const first = await peer(scene, 'alice', '10.0.0.1', 'a.txt');
    expect(await first.say('REQUEST a.txt\n')).toBe('FOUND 10.0.0.1 5001\n');
    await peer(scene, 'bob', '10.0.0.2', 'a.txt');
    expect(await first.say('REQUEST a.txt\n')).toBe('FOUND 10.0.0.2 5001\n');
  });
});

it('an owner in doubt is told where there is no other, and before whoever asks', async () => {
  using scene = new Scene();
  const line = await peer(scene, 'alice', '10.0.0.1', 'a.txt');
  await peer(scene, 'bob', '10.0.0.2', 'a.txt');
  const sessions = scene.brain.detector.heard
    .filter((what) => what.startsWith('join'))
    .map((what) => what.split(' ')[1]);
  await scene.brain.perform({ effect: 'suspect', session: sessionId(Number(sessions.at(-1))), why: 'silent' });
  expect(await line.say('REQUEST a.txt\n')).toBe('FOUND 10.0.0.2 5001\n');
  await peer(scene, 'carol', '10.0.0.3', 'a.txt');
  expect(await line.say('REQUEST a.txt\n')).toBe('FOUND 10.0.0.3 5001\n');
});

it('a name is taken once, a port once, however many files are announced', async () => {
  using scene = new Scene();
  const commands: string[] = [];
  const asked = scene.tracker.ask.bind(scene.tracker);
  scene.tracker.ask = (caller, command, stamp) => {
    commands.push(command.command);
    return asked(caller, command, stamp);
  };
  const line = await peer(scene, 'alice', '10.0.0.1', 'a.txt', 'b.txt');
  line.stream.destroy();
  await settle();
  expect(commands).toEqual(['connect', 'connect', 'announce', 'announce', 'disconnect']);
});

describe('a list', () => {
  it('has what peers offer that answer this dialect, with names of one word', async () => {
    using scene = new Scene();
    await scene.native(carol, 'c', 'film.mp4', 'two words.txt');
    await scene.brain.join(userName('dave'), 'd');
    const other = await scene.connect('10.0.0.3');
    await other.say('REGISTER host 5001\nPUBLISH h.txt host\n');
    const line = await greeted(scene);
    expect(await line.say('LIST_FILES\n')).toBe('film.mp4 192.168.1.20 4000\nEND\n');
    expect(await line.say('LIST_FILES\n')).toBe('film.mp4 192.168.1.20 4000\nEND\n');
    expect(await line.say('REQUEST two words.txt\n')).toBe('FOUND 192.168.1.20 4000\n');
    expect(scene.logged.filter(({ fields }) => fields['name'] === 'two words.txt')).toHaveLength(1);
  });

  it('may be longer than a page', async () => {
    using scene = new Scene();
    const names = Array.from({ length: 2500 }, (_, at) => `f${String(at).padStart(4, '0')}`);
    await scene.native(carol, 'c', ...names);
    const line = await greeted(scene);
    line.write('LIST_FILES\n');
    for (let turn = 0; turn < 100; turn++) await settle();
    expect(line.read()).toBe(`${names.map((name) => `${name} 192.168.1.20 4000\n`).join('')}END\n`);
  });
});

describe('what fails', () => {
  it.each([
    ['ANNOUNCE a.txt 5001\n', 'ERROR register first: you go by no name\n'],
    ['REGISTER a@b\n', /^ERROR "a@b" cannot be a user name.*\n$/],
    ['REGISTER\n', 'ERROR REGISTER says too little\n'],
    ['HELLO\n', 'ERROR there is no such command\n'],
  ])('%j says why before anybody is registered', async (text, reply) => {
    using scene = new Scene();
    const line = await greeted(scene);
    const said = await line.say(text);
    if (typeof reply === 'string') expect(said).toBe(reply);
    else expect(said).toMatch(reply);
    expect(await line.say('LIST_FILES\n')).toBe('END\n');
  });

  it.each([
    ['ANNOUNCE a.txt 80\n', /^ERROR a peer's port is a number from 1024 to 65535\n$/],
    ['ANNOUNCE a.txt 65536\n', /^ERROR a peer's port/],
    ['ANNOUNCE a.txt 5001x\n', /^ERROR a peer's port/],
    ['ANNOUNCE a.txt\n', /^ERROR ANNOUNCE says too little\n$/],
    ['ANNOUNCE my file.txt 5001\n', /^ERROR ANNOUNCE takes a file name without white space/],
    ['ANNOUNCE ../x 5001\n', /^ERROR .*it has a slash\n$/],
    ['ANNOUNCE /etc/passwd 5001\n', /^ERROR .*it has a slash\n$/],
    ['ANNOUNCE .. 5001\n', /^ERROR .*it means a folder/],
    ['ANNOUNCE a\x1b[2Jb 5001\n', /^ERROR "a\\u\{1b\}\[2Jb" cannot be/],
    [`ANNOUNCE ${'x'.repeat(256)} 5001\n`, /^ERROR .*it is longer than 255 bytes\n$/],
  ])('%j says why to somebody who is', async (text, reply) => {
    using scene = new Scene();
    const line = await peer(scene, 'alice', '10.0.0.1');
    expect(await line.say(text)).toMatch(reply);
    expect(await scene.files()).toEqual([]);
    expect(await line.say('ANNOUNCE a.txt 5001\n')).toBe('ANNOUNCED\n');
  });

  it('is a name that is bound to a key', async () => {
    using scene = new Scene();
    await scene.native(alice, 'a');
    const line = await greeted(scene);
    expect(await line.say('REGISTER alice\n')).toMatch(/^ERROR "alice" is bound to a key.*\n$/);
  });

  it('is a line that is too long: it says so, and closes', async () => {
    using scene = new Scene();
    const line = await peer(scene, 'alice', '10.0.0.1');
    expect(await line.say(`LIST_FILES\n${'x'.repeat(2000)}\nLIST_FILES\n`)).toBe('END\nERROR a line is too long\n');
    line.stream.end();
    await settle();
    expect(line.closed).toBe(true);
  });
});

it('a name that is bound to a key meanwhile ends the connection', async () => {
  using scene = new Scene();
  const line = await peer(scene, 'bob', '10.0.0.2', 'b.txt');
  await scene.native(bob, 'b');
  await settle();
  line.stream.end();
  await settle();
  expect(line.closed).toBe(true);
  expect(await scene.users()).toEqual(['bob 192.168.1.20:4000']);
});
