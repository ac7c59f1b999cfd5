import { describe, expect, it } from 'vitest';
import { settle } from '../../../support/fakeClock.ts';
import { Brain } from '../../support/brain.ts';
import { openRoll } from '../hello/roll.ts';
import { Scene } from './scene.ts';

/** A scene whose peers are watched by the real detector, on hand-wound time. */
function watched(): Scene {
  const brain = new Brain();
  return new Scene(undefined, brain, openRoll(brain.clock).tracker);
}

const minute = 60_000;

describe('a host', () => {
  it('stays on the roll while its machine answers, though its port refuses', async () => {
    using scene = watched();
    const line = await scene.connect('10.0.0.1');
    await line.say('REGISTER alice 5001\n');
    await scene.brain.clock.wind(10 * minute);
    expect(await line.say('LIST_CLIENTS\n')).toBe('LIST_CLIENTS_OK alice');
  });

  it('is called at its port every 5 s', async () => {
    using scene = watched();
    const served = await scene.serve('10.0.0.1', 5001);
    const line = await scene.connect('10.0.0.1');
    await line.say('REGISTER alice 5001\n');
    await scene.brain.clock.wind(minute);
    expect(served.calls).toBeGreaterThanOrEqual(10);
    expect(served.calls).toBeLessThanOrEqual(13);
  });

  it('is gone once its cable is pulled, within 12.5 s and not before 6', async () => {
    using scene = watched();
    await scene.serve('10.0.0.1', 5001);
    const line = await scene.connect('10.0.0.1');
    await line.say('REGISTER alice 5001\n');
    await scene.brain.clock.wind(minute);
    scene.network.cut('10.0.0.1');
    await scene.brain.clock.wind(6000);
    expect(await scene.users()).toEqual(['alice 10.0.0.1:5001']);
    await scene.brain.clock.wind(6500);
    expect(await scene.users()).toEqual([]);
    expect(scene.classic.connections).toBe(0);
  });

  it('is gone at once when it is killed', async () => {
    using scene = watched();
    const line = await scene.connect('10.0.0.1');
    await line.say('REGISTER alice 5001\n');
    scene.network.kill('10.0.0.1');
    await settle();
    expect(await scene.users()).toEqual([]);
  });

  it('is kept where the tracker has run out of sockets to call it', async () => {
    using scene = watched();
    const line = await scene.connect('10.0.0.1');
    await line.say('REGISTER alice 5001\n');
    scene.fault = 'EMFILE';
    await scene.brain.clock.wind(minute);
    expect(await scene.users()).toEqual(['alice 10.0.0.1:5001']);
    scene.fault = 'ENETUNREACH';
    await scene.brain.clock.wind(minute);
    expect(await scene.users()).toEqual([]);
  });
});

describe('a peer of the dialect of versions', () => {
  it('lives as a host does', async () => {
    using scene = watched();
    const line = await scene.connect('10.0.0.1');
    await line.say('PROTO_VERSION 1.0\nREGISTER alice\nANNOUNCE a.txt 5001\n');
    await scene.brain.clock.wind(minute);
    expect(await scene.files()).toEqual(['a.txt@alice']);
    scene.network.cut('10.0.0.1');
    await scene.brain.clock.wind(13_000);
    expect(await scene.files()).toEqual([]);
  });
});

describe('a user of the dialect of fields', () => {
  const ask = async (scene: Scene, text: string): Promise<string> => {
    const line = await scene.connect('10.0.0.1');
    const reply = await line.say(text);
    line.stream.destroy();
    return reply;
  };

  it('lives while its port is listened on, though it never says a word', async () => {
    using scene = watched();
    await using served = await scene.serve('10.0.0.1', 5001);
    await ask(scene, 'REGISTER\0\0alice\0');
    expect(await ask(scene, 'CONNECT\0\0alice\x005001\0')).toBe('\0');
    await scene.brain.clock.wind(10 * minute);
    expect(await scene.users()).toEqual(['alice 10.0.0.1:5001']);
    expect(served.calls).toBeGreaterThan(100);
  });

  it('is gone within 12.5 s once nobody listens there, and may connect again', async () => {
    using scene = watched();
    const served = await scene.serve('10.0.0.1', 5001);
    await ask(scene, 'REGISTER\0\0alice\0');
    await ask(scene, 'CONNECT\0\0alice\x005001\0');
    await ask(scene, 'PUBLISH\0\0alice\0a.txt\0\0');
    await scene.brain.clock.wind(minute);
    await served[Symbol.asyncDispose]();
    await scene.brain.clock.wind(12_500);
    expect(await scene.users()).toEqual([]);
    expect(await ask(scene, 'PUBLISH\0\0alice\0b.txt\0\0')).toBe('\x02');
    expect(await ask(scene, 'CONNECT\0\0alice\x005001\0')).toBe('\0');
    expect(await ask(scene, 'PUBLISH\0\0alice\0a.txt\0\0')).toBe('\0');
  });

  it('is kept by what it asks, whoever listens', async () => {
    using scene = watched();
    await ask(scene, 'REGISTER\0\0alice\0');
    await ask(scene, 'CONNECT\0\0alice\x005001\0');
    for (let turn = 0; turn < 10; turn++) {
      await scene.brain.clock.wind(5000);
      await ask(scene, 'LIST_USERS\0\0alice\0');
    }
    expect(await scene.users()).toEqual(['alice 10.0.0.1:5001']);
  });
});
