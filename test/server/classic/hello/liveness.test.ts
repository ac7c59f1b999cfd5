import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../../src/base/log.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { openRoll } from './roll.ts';
import { bobAt, type Scene, scene } from './support.ts';

function open(): { clock: FakeClock; scene: Scene } {
  const clock = new FakeClock();
  return { clock, scene: scene({ tracker: openRoll(clock).tracker, clock, log: silentLog }) };
}

const users = (of: Scene): Promise<string> => of.program('192.168.1.9').ask('query users');
const nobody = 'No active users.';

describe('a client of the dialect', () => {
  it('is asked for a sign of life every five seconds', async () => {
    const { clock, scene } = open();
    const bob = scene.program('192.168.1.200');
    await bob.ask(bobAt);
    await clock.wind(4900);
    expect(bob.hellos).toBe(0);
    await clock.wind(100);
    expect(bob.hellos).toBe(1);
    await clock.wind(60_000);
    expect(bob.hellos).toBe(13);
  });

  it('lives as long as it answers, though it says nothing else', async () => {
    const { clock, scene } = open();
    await scene.program('192.168.1.200').ask(bobAt);
    for (let minute = 0; minute < 10; minute++) {
      await clock.wind(60_000);
      expect(await users(scene)).toBe('Active users:\nBob\n');
    }
  });

  it('is gone within twelve seconds of its last word, with all that it shares, and not before eleven', async () => {
    const { clock, scene } = open();
    const bob = scene.program('192.168.1.200');
    await bob.ask(bobAt);
    await bob.ask('announce test.txt Bob');
    await clock.wind(20_000);
    bob.silent = true;
    await bob.ask('query users');
    await clock.wind(11_000);
    expect(await users(scene)).toBe('Active users:\nBob\n');
    await clock.wind(1100);
    expect(await users(scene)).toBe(nobody);
    expect(await scene.program('192.168.1.9').ask('query resources')).toBe('No resources available.');
    expect(scene.hello.sources).toBe(0);
  });

  it('lives by its requests alone', async () => {
    const { clock, scene } = open();
    const bob = scene.program('192.168.1.200');
    bob.silent = true;
    await bob.ask(bobAt);
    for (let time = 0; time < 20; time++) {
      await clock.wind(5000);
      await bob.ask('query resources');
    }
    expect(await users(scene)).toBe('Active users:\nBob\n');
  });

  it('is back among the living when it answers late', async () => {
    const { clock, scene } = open();
    const bob = scene.program('192.168.1.200');
    await bob.ask(bobAt);
    bob.silent = true;
    await clock.wind(9000);
    bob.silent = false;
    await clock.wind(60_000);
    expect(await users(scene)).toBe('Active users:\nBob\n');
  });

  it('that was gone is here again once it registers, from the same source', async () => {
    const { clock, scene } = open();
    const bob = scene.program('192.168.1.200');
    await bob.ask(bobAt);
    bob.silent = true;
    await clock.wind(15_000);
    expect(await users(scene)).toBe(nobody);
    bob.silent = false;
    expect(await bob.ask(bobAt)).toBe('Registration successful');
    await bob.ask('announce test.txt Bob');
    expect(await bob.ask('get resource_info test.txt')).toBe('Bob 192.168.1.200 55211\n');
    await clock.wind(60_000);
    expect(await users(scene)).toBe('Active users:\nBob\n');
  });

  it('does not live by what others send, nor by what is no request', async () => {
    const { clock, scene } = open();
    const bob = scene.program('192.168.1.200');
    bob.silent = true;
    await bob.ask(bobAt);
    const other = scene.program('192.168.1.200');
    for (let second = 0; second < 13; second++) {
      await clock.wind(1000);
      await other.ask('hello response');
      await bob.ask('hello');
    }
    expect(await users(scene)).toBe(nobody);
  });
});
