import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../src/base/errors.ts';
import { resourceName, userName } from '../../../../src/base/names.ts';
import { settle } from '../../../support/fakeClock.ts';
import { alice, bob, carol } from '../../support/brain.ts';
import { Scene } from './scene.ts';

const date = '01/05/2026 14:03:00';

/** One request on a connection of its own; what is replied, the first byte as a digit. */
async function ask(scene: Scene, address: string, ...strings: string[]): Promise<string> {
  const line = await scene.connect(address);
  const reply = await line.say(strings.map((string) => `${string}\0`).join(''));
  line.stream.destroy();
  await settle();
  return reply === '' ? '' : `${reply.charCodeAt(0)}${reply.slice(1)}`;
}

const one = '10.0.0.1';
const two = '10.0.0.2';

async function here(scene: Scene, user: string, address: string, ...files: string[]): Promise<void> {
  expect(await ask(scene, address, 'REGISTER', date, user)).toBe('0');
  expect(await ask(scene, address, 'CONNECT', date, user, '5001')).toBe('0');
  for (const file of files) expect(await ask(scene, address, 'PUBLISH', date, user, file, 'a file')).toBe('0');
}

describe('REGISTER', () => {
  it('gives a name once', async () => {
    using scene = new Scene();
    expect(await ask(scene, one, 'REGISTER', date, 'alice')).toBe('0');
    expect(await ask(scene, two, 'REGISTER', date, 'alice')).toBe('1');
  });

  it('says of a name that is bound to a key that it is in use', async () => {
    using scene = new Scene();
    await scene.native(alice, 'a');
    expect(await ask(scene, one, 'REGISTER', date, 'alice')).toBe('1');
  });

  it('gives one address a thousand names, and another its own', async () => {
    using scene = new Scene();
    for (let count = 0; count < 1000; count++) {
      await scene.brain.clock.wind(20);
      expect(await ask(scene, one, 'REGISTER', date, `user${count}`)).toBe('0');
    }
    expect(await ask(scene, one, 'REGISTER', date, 'onemore')).toBe('2');
    expect(await ask(scene, two, 'REGISTER', date, 'onemore')).toBe('0');
    expect(await ask(scene, one, 'UNREGISTER', date, 'user7')).toBe('0');
    expect(await ask(scene, one, 'REGISTER', date, 'user7')).toBe('0');
  });

  it.each(['', 'a@b', '../x', 'a\nb'])('fails for a user called %j', async (user) => {
    using scene = new Scene();
    expect(await ask(scene, one, 'REGISTER', date, user)).toBe('2');
  });
});

describe('UNREGISTER', () => {
  it('frees a name, and takes its user off the roll', async () => {
    using scene = new Scene();
    await here(scene, 'alice', one, 'a.txt');
    expect(await ask(scene, one, 'UNREGISTER', date, 'alice')).toBe('0');
    expect(await scene.users()).toEqual([]);
    expect(await ask(scene, one, 'UNREGISTER', date, 'alice')).toBe('1');
    expect(await ask(scene, two, 'REGISTER', date, 'alice')).toBe('0');
    expect(await ask(scene, two, 'PUBLISH', date, 'alice', 'a.txt', '')).toBe('2');
  });

  it('fails from elsewhere while its user is here, and for a name that is bound to a key', async () => {
    using scene = new Scene();
    await here(scene, 'alice', one);
    await scene.native(bob, 'b');
    expect(await ask(scene, two, 'UNREGISTER', date, 'alice')).toBe('2');
    expect(await ask(scene, two, 'UNREGISTER', date, 'bob')).toBe('2');
    expect(await scene.users()).toEqual(['alice 10.0.0.1:5001', 'bob 192.168.1.20:4000']);
  });
});

describe('CONNECT', () => {
  it('opens the presence of a user, at the address that it comes from', async () => {
    using scene = new Scene();
    await ask(scene, one, 'REGISTER', date, 'alice');
    expect(await scene.users()).toEqual([]);
    expect(await ask(scene, one, 'CONNECT', date, 'alice', '5001')).toBe('0');
    expect(await scene.users()).toEqual(['alice 10.0.0.1:5001']);
    expect(await ask(scene, one, 'CONNECT', date, 'alice', '5001')).toBe('2');
    expect(await ask(scene, two, 'CONNECT', date, 'alice', '5001')).toBe('2');
  });

  it('is for those who were given a name', async () => {
    using scene = new Scene();
    expect(await ask(scene, one, 'CONNECT', date, 'alice', '5001')).toBe('1');
    expect(await ask(scene, one, 'CONNECT', date, 'a@b', '5001')).toBe('1');
  });

  it('finds a user connected who is here in another dialect', async () => {
    using scene = new Scene();
    const host = await scene.connect(two);
    await host.say('REGISTER alice 5001\n');
    await ask(scene, one, 'REGISTER', date, 'alice');
    expect(await ask(scene, one, 'CONNECT', date, 'alice', '5001')).toBe('2');
    expect(await ask(scene, one, 'PUBLISH', date, 'alice', 'a.txt', '')).toBe('2');
  });

  it.each(['', '80', '65536', 'x', '5001 '])('fails with the port %j', async (port) => {
    using scene = new Scene();
    await ask(scene, one, 'REGISTER', date, 'alice');
    expect(await ask(scene, one, 'CONNECT', date, 'alice', port)).toBe('3');
    expect(await ask(scene, one, 'CONNECT', date, 'alice', '5001')).toBe('0');
  });

  it('fails for a name that is bound to a key', async () => {
    using scene = new Scene();
    await scene.native(bob, 'b');
    expect(await ask(scene, one, 'CONNECT', date, 'bob', '5001')).toBe('3');
    expect(await ask(scene, one, 'CONNECT', date, 'bob', '5001')).toBe('3');
  });

  it('succeeds once of two at once', async () => {
    using scene = new Scene();
    await ask(scene, one, 'REGISTER', date, 'alice');
    const lines = [await scene.connect(one), await scene.connect(two)];
    for (const line of lines) line.write(`CONNECT\0${date}\0alice\x005001\0`);
    await settle();
    expect(lines.map((line) => line.read()).sort()).toEqual(['\0', '\x02']);
  });
});

describe('DISCONNECT', () => {
  it('ends the presence of a user, who keeps the name', async () => {
    using scene = new Scene();
    await here(scene, 'alice', one, 'a.txt');
    expect(await ask(scene, one, 'DISCONNECT', date, 'alice')).toBe('0');
    expect(await scene.users()).toEqual([]);
    expect(await scene.files()).toEqual([]);
    expect(await ask(scene, one, 'DISCONNECT', date, 'alice')).toBe('2');
    expect(await ask(scene, two, 'CONNECT', date, 'alice', '5001')).toBe('0');
  });

  it('fails from elsewhere, and for nobody', async () => {
    using scene = new Scene();
    await here(scene, 'alice', one);
    expect(await ask(scene, two, 'DISCONNECT', date, 'alice')).toBe('3');
    expect(await ask(scene, two, 'DISCONNECT', date, 'bob')).toBe('1');
    expect(await scene.users()).toEqual(['alice 10.0.0.1:5001']);
  });
});

describe('PUBLISH', () => {
  it('lists a file under its last name, to be asked for as it was published', async () => {
    using scene = new Scene();
    await here(scene, 'alice', one, '/home/alice/a.txt', 'b.txt', '/tmp/a.txt', 'C:\\docs\\c.txt');
    expect(await scene.files()).toEqual(['a (2).txt@alice', 'a.txt@alice', 'b.txt@alice', 'c.txt@alice']);
    const located = await scene.brain.tracker.ask(scene.brain.meet('c').caller, {
      command: 'locate',
      name: resourceName('a (2).txt'),
    });
    expect(located.unverified).toMatchObject([
      { description: 'a file', owners: [{ user: 'alice', dialect: 'fields', spelling: '/tmp/a.txt', port: 5001 }] },
    ]);
    expect(await ask(scene, one, 'LIST_CONTENT', date, 'alice', 'alice')).toBe(
      '04\0/tmp/a.txt\0/home/alice/a.txt\0b.txt\0C:\\docs\\c.txt\0',
    );
  });

  it('knows who asks, from where, and what is published', async () => {
    using scene = new Scene();
    await here(scene, 'alice', one, 'a.txt');
    await ask(scene, two, 'REGISTER', date, 'bob');
    expect(await ask(scene, one, 'PUBLISH', date, 'carol', 'b.txt', '')).toBe('1');
    expect(await ask(scene, two, 'PUBLISH', date, 'bob', 'b.txt', '')).toBe('2');
    expect(await ask(scene, one, 'PUBLISH', date, 'alice', 'a.txt', '')).toBe('3');
    expect(await ask(scene, two, 'PUBLISH', date, 'alice', 'b.txt', '')).toBe('4');
    expect(await scene.files()).toEqual(['a.txt@alice']);
  });

  it.each(['', '/', '../x', '/a/../b', '/etc/', 'a\x1b[2J', '/a\n/b', 'con', 'x\\..\\y'])(
    'refuses a file called %j',
    async (file) => {
      using scene = new Scene();
      await here(scene, 'alice', one);
      expect(await ask(scene, one, 'PUBLISH', date, 'alice', file, '')).toBe('4');
      expect(await scene.files()).toEqual([]);
      expect(await ask(scene, one, 'DELETE', date, 'alice', file)).toBe('3');
    },
  );
});

describe('what the tracker does not take', () => {
  it('is not published, and not deleted, and may be tried again', async () => {
    using scene = new Scene();
    await here(scene, 'alice', one, 'a.txt');
    const asked = scene.tracker.ask.bind(scene.tracker);
    scene.tracker.ask = async (caller, command, stamp) => {
      if (['announce', 'withdraw'].includes(command.command)) throw new RollcallError('limit', 'it is full');
      return asked(caller, command, stamp);
    };
    expect(await ask(scene, one, 'PUBLISH', date, 'alice', 'b.txt', '')).toBe('4');
    expect(await ask(scene, one, 'DELETE', date, 'alice', 'a.txt')).toBe('4');
    scene.tracker.ask = asked;
    expect(await ask(scene, one, 'PUBLISH', date, 'alice', 'b.txt', '')).toBe('0');
    expect(await ask(scene, one, 'DELETE', date, 'alice', 'a.txt')).toBe('0');
    expect(await scene.files()).toEqual(['b.txt@alice']);
  });
});

describe('DELETE', () => {
  it('takes a file off by what it was published as', async () => {
    using scene = new Scene();
    await here(scene, 'alice', one, '/home/a.txt', '/tmp/a.txt');
    expect(await ask(scene, one, 'DELETE', date, 'alice', 'a.txt')).toBe('3');
    expect(await ask(scene, one, 'DELETE', date, 'alice', '/home/a.txt')).toBe('0');
    expect(await ask(scene, one, 'DELETE', date, 'alice', '/home/a.txt')).toBe('3');
    expect(await scene.files()).toEqual(['a (2).txt@alice']);
    expect(await ask(scene, one, 'PUBLISH', date, 'alice', '/home/a.txt', '')).toBe('0');
  });

  it('knows who asks, and from where', async () => {
    using scene = new Scene();
    await here(scene, 'alice', one, 'a.txt');
    await ask(scene, two, 'REGISTER', date, 'bob');
    expect(await ask(scene, one, 'DELETE', date, 'carol', 'a.txt')).toBe('1');
    expect(await ask(scene, two, 'DELETE', date, 'bob', 'a.txt')).toBe('2');
    expect(await ask(scene, two, 'DELETE', date, 'alice', 'a.txt')).toBe('4');
    expect(await scene.files()).toEqual(['a.txt@alice']);
  });
});

describe('LIST_USERS', () => {
  it('tells everybody once, whatever they speak', async () => {
    using scene = new Scene();
    await here(scene, 'alice', one);
    await scene.brain.join(userName('Ann Lee'), 'd', { port: 4001 });
    await scene.brain.join(userName('Ann Lee'), 'd', { port: 4002, instance: 'e' });
    const host = await scene.connect(two);
    await host.say('REGISTER bob 5002\n');
    expect(await ask(scene, one, 'LIST_USERS', date, 'alice')).toBe(
      '03\0Ann Lee\x00192.168.1.9\x004001\0alice\x0010.0.0.1\x005001\0bob\x0010.0.0.2\x005002\0',
    );
  });

  it('is for those who are connected, where they are', async () => {
    using scene = new Scene();
    await here(scene, 'alice', one);
    await ask(scene, two, 'REGISTER', date, 'bob');
    expect(await ask(scene, one, 'LIST_USERS', date, 'carol')).toBe('1');
    expect(await ask(scene, two, 'LIST_USERS', date, 'bob')).toBe('2');
    expect(await ask(scene, two, 'LIST_USERS', date, 'alice')).toBe('3');
  });
});

describe('LIST_CONTENT', () => {
  it('tells what is at a user who answers this dialect', async () => {
    using scene = new Scene();
    await here(scene, 'alice', one);
    await scene.native(carol, 'c', 'film.mp4', 'two words.txt');
    await scene.brain.join(bob, 'b');
    expect(await ask(scene, one, 'LIST_CONTENT', date, 'alice', 'carol')).toBe('02\0film.mp4\0two words.txt\0');
    expect(await ask(scene, one, 'LIST_CONTENT', date, 'alice', 'bob')).toBe('00\0');
  });

  it('is longer than a page where it has to be', async () => {
    using scene = new Scene();
    await here(scene, 'alice', one);
    const names = Array.from({ length: 2100 }, (_, at) => `f${String(at).padStart(4, '0')}`);
    await scene.native(carol, 'c', ...names);
    const line = await scene.connect(one);
    line.write(`LIST_CONTENT\0${date}\0alice\0carol\0`);
    for (let turn = 0; turn < 20; turn++) await settle();
    expect(line.read()).toBe(`\x002100\0${names.map((name) => `${name}\0`).join('')}`);
  });

  it('knows who asks, from where, and of whom', async () => {
    using scene = new Scene();
    await here(scene, 'alice', one);
    await ask(scene, two, 'REGISTER', date, 'bob');
    expect(await ask(scene, one, 'LIST_CONTENT', date, 'dave', 'alice')).toBe('1');
    expect(await ask(scene, two, 'LIST_CONTENT', date, 'bob', 'alice')).toBe('2');
    expect(await ask(scene, one, 'LIST_CONTENT', date, 'alice', 'dave')).toBe('3');
    expect(await ask(scene, one, 'LIST_CONTENT', date, 'alice', '../x')).toBe('3');
    expect(await ask(scene, two, 'LIST_CONTENT', date, 'alice', 'alice')).toBe('4');
    expect(await ask(scene, one, 'LIST_CONTENT', date, 'alice', 'bob')).toBe('00\0');
  });
});

describe('any request about a name that is bound to a key', () => {
  it.each([
    ['DISCONNECT', '2'],
    ['PUBLISH', '2', 'a.txt', ''],
    ['DELETE', '2', 'a.txt'],
    ['LIST_USERS', '2'],
    ['LIST_CONTENT', '2', 'bob'],
  ])('as %s finds nobody connected in this dialect', async (verb, code, ...more) => {
    using scene = new Scene();
    await scene.native(bob, 'b', 'b.txt');
    expect(await ask(scene, one, verb, date, 'bob', ...more)).toBe(code);
    expect(await scene.files()).toEqual(['b.txt@bob']);
  });
});

describe('what cannot be understood', () => {
  it.each([
    ['HELLO\0', '\x02'],
    [`REGISTER\0${date}\0${'x'.repeat(256)}\0`, '\x02'],
    [`PUBLISH\0${date}\0alice\0${'x'.repeat(300)}`, '\x04'],
    [`DELETE\0${date}\0alice\0\xff\xfe\0`, '\x04'],
  ])('%j gets the code of a failure', async (text, code) => {
    using scene = new Scene();
    const line = await scene.connect();
    expect(await line.say(Uint8Array.from(text, (character) => character.charCodeAt(0)))).toBe(code);
    expect(await scene.users()).toEqual([]);
  });

  it('is a request that its sender ends early', async () => {
    using scene = new Scene();
    const line = await scene.connect();
    line.write(`PUBLISH\0${date}\0alice\0`);
    line.stream.end();
    await settle();
    expect(line.read()).toBe('\x04');
    expect(line.closed).toBe(true);
  });
});

it('a connection is good for one request', async () => {
  using scene = new Scene();
  const line = await scene.connect(one);
  expect(await line.say(`REGISTER\0${date}\0alice\0REGISTER\0${date}\0bob\0`)).toBe('\0');
  expect(await line.say(`REGISTER\0${date}\0carol\0`)).toBe('');
  expect(await ask(scene, one, 'REGISTER', date, 'bob')).toBe('0');
});

it('the date of a request is handed on as it came', async () => {
  using scene = new Scene();
  const stamps: (string | undefined)[] = [];
  const { tracker } = scene.brain;
  const asked = tracker.ask.bind(tracker);
  tracker.ask = (caller, command, stamp) => {
    if (command.command !== 'account') stamps.push(stamp);
    return asked(caller, command, stamp);
  };
  await ask(scene, one, 'REGISTER', date, 'alice');
  await ask(scene, one, 'CONNECT', 'tomorrow', 'alice', '5001');
  await ask(scene, one, 'PUBLISH', '', 'alice', 'a.txt', '');
  expect(stamps).toEqual([date, 'tomorrow', undefined]);
});

it('a name that is bound to a key meanwhile ends the presence', async () => {
  using scene = new Scene();
  const host = await scene.connect(two);
  await host.say('REGISTER alice 5001\n');
  host.stream.destroy();
  await here(scene, 'bob', one, 'a.txt');
  await ask(scene, one, 'UNREGISTER', date, 'bob');
  await scene.native(bob, 'b');
  expect(await ask(scene, one, 'PUBLISH', date, 'bob', 'b.txt', '')).toBe('2');
  expect(await scene.users()).toEqual(['bob 192.168.1.20:4000']);
});
