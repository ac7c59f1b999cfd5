import { describe, expect, it } from 'vitest';
import { settle } from '../../../support/fakeClock.ts';
import { alice } from '../../support/brain.ts';
import { Scene, type Teletype } from './scene.ts';

const closing = async (line: Teletype): Promise<boolean> => {
  line.stream.end();
  await settle();
  return line.closed;
};

describe('a connection that says nothing', () => {
  it('is closed after 5 s, and not before', async () => {
    using scene = new Scene();
    const line = await scene.connect();
    await scene.brain.clock.wind(4900);
    expect(line.closed || scene.classic.connections === 0).toBe(false);
    await scene.brain.clock.wind(1200);
    expect(scene.classic.connections).toBe(0);
    expect(line.read()).toBe('');
  });

  it('is closed so where only one dialect is enabled', async () => {
    using scene = new Scene(['versioned']);
    await scene.connect();
    await scene.brain.clock.wind(6100);
    expect(scene.classic.connections).toBe(0);
  });
});

describe('half a command, then silence', () => {
  it.each([
    ['REGISTER alice', 'REGISTER_FAIL Invalid request'],
    ['REG', 'UNKNOWN_COMMAND'],
    ['REGISTER', 'REGISTER_FAIL Invalid request'],
    ['FETCH', 'FETCH_NOT_FOUND'],
    ['LIST_CLIEN', 'UNKNOWN_COMMAND'],
    ['PROTO_VERS', 'UNKNOWN_COMMAND'],
    ['PROTO_VERSION', 'VERSION_FAIL\n'],
    ['PUBLISH\0date\0alice\0', '\x04'],
  ])('%j is answered with %j after 5 s', async (text, reply) => {
    using scene = new Scene();
    const line = await scene.connect();
    line.write(text);
    await scene.brain.clock.wind(4800);
    expect(line.read()).toBe('');
    await scene.brain.clock.wind(1300);
    expect(line.read()).toBe(reply);
  });

  it('counts from its first byte, however it drips', async () => {
    using scene = new Scene(['hostname']);
    const line = await scene.connect();
    line.write('REGISTER alice');
    for (let second = 0; second < 4; second++) {
      await scene.brain.clock.wind(1000);
      line.write(' ');
    }
    expect(line.read()).toBe('');
    await scene.brain.clock.wind(2100);
    expect(line.read()).toBe('REGISTER_FAIL Invalid request');
  });

  it.each(['REG', 'REGISTER alice'])(
    'as %j is looked at once after the pause, and then waits for more',
    async (text) => {
      using scene = new Scene();
      const line = await scene.connect();
      line.write(text);
      await scene.brain.clock.wind(60);
      // The sweep alone.
      expect(scene.brain.clock.waiting).toBe(1);
      line.write(text === 'REG' ? 'ISTER alice 5001' : ' 5001');
      await scene.brain.clock.wind(60);
      expect(line.read()).toBe('REGISTER_SUCCESS');
    },
  );

  it('holds a connection that is registered no less', async () => {
    using scene = new Scene();
    const line = await scene.connect('10.0.0.1');
    await line.say('REGISTER alice 5001\n');
    line.write('PUBLISH a.txt');
    await scene.brain.clock.wind(6100);
    expect(line.read()).toBe('PUBLISH_FAIL Invalid request');
    expect(await line.say('PUBLISH a.txt alice\n')).toBe('PUBLISH_SUCCESS');
  });

  it('in the dialect of versions says why', async () => {
    using scene = new Scene();
    const line = await scene.connect();
    await line.say('PROTO_VERSION 1.0\n');
    line.write('REGISTER');
    await scene.brain.clock.wind(6100);
    expect(line.read()).toBe('ERROR REGISTER says too little\n');
  });
});

describe('a connection that is idle', () => {
  it('and goes by no name is closed after 60 s', async () => {
    using scene = new Scene();
    const line = await scene.connect();
    await line.say('LIST_CLIENTS\n');
    await scene.brain.clock.wind(59_000);
    expect(scene.classic.connections).toBe(1);
    await scene.brain.clock.wind(2000);
    expect(await closing(line)).toBe(true);
    expect(scene.classic.connections).toBe(0);
  });

  it('and is on the roll stays, for its liveness is the detector\u2019s to judge', async () => {
    using scene = new Scene();
    const line = await scene.connect('10.0.0.1');
    await line.say('REGISTER alice 5001\n');
    await scene.brain.clock.wind(600_000);
    expect(await line.say('LIST_CLIENTS\n')).toBe('LIST_CLIENTS_OK alice');
  });

  it('and has a name without a port stays while its machine answers', async () => {
    using scene = new Scene();
    const line = await scene.connect('10.0.0.1');
    await line.say('PROTO_VERSION 1.0\nREGISTER alice\n');
    await scene.brain.clock.wind(300_000);
    expect(await line.say('REGISTER alice\n')).toBe('REGISTERED\n');
    scene.network.cut('10.0.0.1');
    await scene.brain.clock.wind(80_000);
    const other = await scene.connect('10.0.0.2');
    expect(await other.say('PROTO_VERSION 1.0\nREGISTER alice\n')).toBe('VERSION_OK\nREGISTERED\n');
  });
});

describe('whoever says all at once and ends', () => {
  it.each([
    ['LIST_CLIENTS', 'LIST_CLIENTS_OK'],
    ['REGISTER alice 5001', 'REGISTER_SUCCESS'],
    ['REGISTER alice', 'REGISTER_FAIL Invalid request'],
    ['PROTO_VERSION 1.0', 'VERSION_OK\n'],
    ['PROTO_VERSION 1.0\nREGISTER alice\nLIST_FILES', 'VERSION_OK\nREGISTERED\nEND\n'],
    ['REGISTER\0\0alice\0', '\0'],
    ['REGISTER\0\0alice', '\x02'],
  ])('as %j is answered at once, and the connection closes', async (text, reply) => {
    using scene = new Scene();
    const line = await scene.connect();
    line.write(text);
    line.stream.end();
    await settle();
    expect(line.read()).toBe(reply);
    expect(line.closed).toBe(true);
    expect(scene.classic.connections).toBe(0);
    expect(await scene.users()).toEqual([]);
  });

  it('without a word is closed', async () => {
    using scene = new Scene();
    const line = await scene.connect();
    line.stream.end();
    await settle();
    expect(line.closed).toBe(true);
  });
});

describe('once it is disposed of', () => {
  it('nobody is taken off the roll, connections are closed and no timer waits', async () => {
    const scene = new Scene();
    const line = await scene.connect('10.0.0.1');
    await line.say('REGISTER alice 5001\n');
    line.write('PUBL');
    await settle();
    const left = scene.brain.detector.heard.filter((what) => what.startsWith('leave'));
    scene[Symbol.dispose]();
    await settle();
    expect(line.closed).toBe(true);
    expect(scene.brain.detector.heard.filter((what) => what.startsWith('leave'))).toEqual(left);
    expect(await scene.users()).toEqual(['alice 10.0.0.1:5001']);
    expect(scene.brain.clock.waiting).toBe(0);
  });
});

it('bytes that begin nothing are not answered', async () => {
  using scene = new Scene();
  const line = await scene.connect();
  expect(await line.say(Uint8Array.of(0x80, 0x01, 0xff))).toBe('');
  expect(scene.classic.connections).toBe(0);
});

it('what comes is counted, for whoever wants to know that sockets are empty', async () => {
  using scene = new Scene();
  const line = await scene.connect();
  await line.say('LIST_CLIENTS\n');
  await line.say('LIST_CLIENTS\n');
  expect(scene.classic.arrivals).toBe(2);
  await scene.native(alice, 'a');
  expect(await line.say('LIST_CLIENTS\n')).toBe('LIST_CLIENTS_OK alice');
});
