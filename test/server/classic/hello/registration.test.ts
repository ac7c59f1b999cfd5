import { describe, expect, it } from 'vitest';
import { userName } from '../../../../src/base/names.ts';
import { Brain } from '../../support/brain.ts';
import { announced, bobAt, native, onBrain, registered } from './support.ts';

describe('a name', () => {
  it('is refused to another source while its holder answers, and at once when he does', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    const bob = scene.program('192.168.1.200');
    await bob.ask(bobAt);
    const other = scene.program('192.168.1.66');
    expect(await other.ask('register Bob 5000')).toMatch(/^Error: "Bob" is here already/);
    expect(bob.hellos).toBe(1);
    expect(await other.ask('get resource_info x')).toMatch(/not found/);
    expect(await bob.ask('announce a Bob')).toBe(announced);
  });

  it('is refused in another case as well, since it reads alike', async () => {
    using scene = onBrain(new Brain());
    const bob = scene.program('192.168.1.200');
    await bob.ask(bobAt);
    expect(await scene.program('192.168.1.66').ask('register BOB 5000')).toMatch(/^Error: /);
    expect(bob.hellos).toBe(1);
  });

  it('is taken over one second after its holder was asked in vain, twice, and what he shared is gone', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    const old = scene.program('192.168.1.200');
    await old.ask(bobAt);
    await old.ask('announce a Bob');
    old.silent = true;
    const anew = scene.program('192.168.1.201');
    anew.send('register Bob 6000');
    await brain.clock.wind(999);
    expect(anew.replies).toEqual([]);
    await brain.clock.wind(1);
    expect(anew.replies).toEqual([registered]);
    expect(old.hellos).toBe(2);
    expect(await anew.ask('query resources')).toBe('No resources available.');
    expect(await anew.ask('query users')).toBe('Active users:\nBob\n');
    expect(await anew.ask('announce b Bob')).toBe(announced);
    expect(await anew.ask('get resource_info b')).toBe('Bob 192.168.1.201 6000\n');
    expect(await old.ask('announce a Bob')).toMatch(/^Error: /);
    expect(scene.hello.sources).toBe(1);
  });

  it('is kept by a holder who says anything within the second', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    const bob = scene.program('192.168.1.200');
    await bob.ask(bobAt);
    bob.silent = true;
    const other = scene.program('192.168.1.66');
    other.send('register Bob 5000');
    await brain.clock.wind(900);
    expect(await bob.ask('query users')).toBe('Active users:\nBob\n');
    expect(other.replies).toEqual([expect.stringMatching(/^Error: /)]);
  });

  it('has its holder asked once, however many want it at a time', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    const bob = scene.program('192.168.1.200');
    await bob.ask(bobAt);
    bob.silent = true;
    const rivals = Array.from({ length: 20 }, (_, index) => scene.program(`192.168.1.${index + 1}`));
    for (const rival of rivals) rival.send('register Bob 5000');
    await brain.clock.wind(400);
    expect(bob.hellos).toBe(1);
    expect(await bob.ask('query users')).toBe('Active users:\nBob\n');
    for (const rival of rivals) expect(rival.replies).toEqual([expect.stringMatching(/^Error: /)]);
    const late = scene.program('192.168.1.99');
    late.send('register Bob 5000');
    await brain.clock.wind(400);
    expect(bob.hellos).toBe(2);
  });

  it('goes to one of two who want it from a silent holder, and not to both', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    const old = scene.program('192.168.1.200');
    await old.ask(bobAt);
    old.silent = true;
    const rivals = [scene.program('192.168.1.66'), scene.program('192.168.1.67')];
    for (const [index, rival] of rivals.entries()) rival.send(`register Bob ${5000 + index}`);
    await brain.clock.wind(3000);
    const replies = rivals.flatMap((rival) => rival.replies).sort();
    expect(replies).toEqual([expect.stringMatching(/^Error: /), registered]);
    expect(await old.ask('query users')).toBe('Active users:\nBob\n');
  });

  it('is replaced by its own source, with nothing left of what was there', async () => {
    using scene = onBrain(new Brain());
    const bob = scene.program('192.168.1.200');
    await bob.ask(bobAt);
    await bob.ask('announce a Bob');
    expect(await bob.ask('register Bob 6000')).toBe(registered);
    expect(bob.hellos).toBe(0);
    expect(await bob.ask('query resources')).toBe('No resources available.');
    await bob.ask('announce b Bob');
    expect(await bob.ask('get resource_info b')).toBe('Bob 192.168.1.200 6000\n');
    expect(await bob.ask('register Robert 6000')).toBe(registered);
    expect(await bob.ask('query users')).toBe('Active users:\nRobert\n');
    expect(scene.hello.sources).toBe(1);
  });

  it('that is bound to a key is refused, though nobody goes by it now', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    const caller = await native(brain, 'alice', 'a');
    await brain.tracker.ask(caller, { command: 'disconnect' });
    const mallory = scene.program('192.168.1.66');
    expect(await mallory.ask('register alice 5000')).toMatch(/^Error: "alice" is bound to a key/);
    expect(await mallory.ask('query users')).toBe('No active users.');
  });

  it('is lost to whoever binds it to a key, without a word that would be taken for a reply', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    const bob = scene.program('192.168.1.200');
    await bob.ask('register bob 55211');
    bob.replies.length = 0;
    await brain.join(userName('bob'), 'b');
    expect(bob.replies).toEqual([]);
    expect(scene.hello.sources).toBe(0);
    expect(await bob.ask('announce a bob')).toMatch(/^Error: /);
  });

  it.each(['register Bob 80', 'register Bob', 'register Bob Smith 5000', 'register Bob 5000 x', 'register B/b 5000'])(
    'is not registered by "%s"',
    async (text) => {
      using scene = onBrain(new Brain());
      const bob = scene.program('192.168.1.200');
      expect(await bob.ask(text)).toMatch(/^Error: /);
      expect(await bob.ask('query users')).toBe('No active users.');
      expect(scene.hello.sources).toBe(0);
    },
  );

  it('is not given where the tracker has all the sessions that it takes', async () => {
    const brain = new Brain({ maxSessions: 1 });
    using scene = onBrain(brain);
    await scene.program('192.168.1.200').ask(bobAt);
    const sally = scene.program('192.168.1.109');
    expect(await sally.ask('register Sally 5000')).toMatch(/^Error: this tracker takes 1 sessions/);
  });
});
