import { describe, expect, it } from 'vitest';
import { userName } from '../../../../src/base/names.ts';
import { Brain, resource } from '../../support/brain.ts';
import { native, onBrain, type Scene } from './support.ts';

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** As many peers of the dialect, `peer0` and so on, each with these resources. */
async function crowd(scene: Scene, count: number, ...names: string[]): Promise<void> {
  for (let index = 0; index < count; index++) {
    const peer = scene.program(`192.168.2.${index % 250}`);
    peer.send(`register peer${index} ${5000 + index}`);
    for (const name of names) peer.send(`announce ${name} peer${index}`);
    if (index % 50 === 49) await peer.ask('hello response');
  }
  await scene.program('192.168.3.1').ask('query users');
}

describe('a list', () => {
  it('of resources ends with the last whole entry that fits, and the log tells of it once', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    const names = Array.from({ length: 300 }, (_, index) => `file-${String(index).padStart(3, '0')}.bin`);
    await native(brain, 'alice', 'a', { names });
    const bob = scene.program('192.168.1.9');
    const reply = await bob.ask('query resources');
    const [head, ...lines] = reply.split('\n');
    expect(head).toBe('Resources:');
    expect(lines.pop()).toBe('');
    expect(lines).toEqual(
      names.slice(0, lines.length).map((name) => `${name} (Owner: alice, IP: 192.168.1.50, TCP Port: 4000)`),
    );
    const entry = bytesOf(`${lines[0]}\n`);
    expect(bytesOf(reply)).toBeLessThanOrEqual(4095);
    expect(bytesOf(reply)).toBeGreaterThan(4095 - entry);
    await bob.ask('query resources');
    expect(scene.warned.filter((line) => line.includes('cut'))).toHaveLength(1);
  });

  it('of users ends with the last whole name that fits', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    await crowd(scene, 600);
    const reply = await scene.program('192.168.1.9').ask('query users');
    const lines = reply.split('\n').slice(1, -1);
    expect(bytesOf(reply)).toBeLessThanOrEqual(4095);
    expect(bytesOf(reply)).toBeGreaterThan(4095 - 10);
    expect(lines.every((line) => /^peer\d+$/.test(line))).toBe(true);
    expect(reply.endsWith('\n')).toBe(true);
  });

  it('of users has each once, however many sessions he has', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    await brain.join(userName('alice'), 'a', { instance: '1' });
    await brain.join(userName('alice'), 'a', { instance: '2', port: 4001 });
    expect(await scene.program('192.168.1.9').ask('query users')).toBe('Active users:\nalice\n');
  });

  it('of owners has ten at most', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    await crowd(scene, 25, 'popular');
    const reply = await scene.program('192.168.1.9').ask('get resource_info popular');
    const lines = reply.split('\n');
    expect(lines.pop()).toBe('');
    expect(lines).toHaveLength(10);
    for (const line of lines) expect(line).toMatch(/^peer\d+ 192\.168\.2\.\d+ \d+$/);
  });

  it('of owners never begins as a request does, nor as a probe', async () => {
    using scene = onBrain(new Brain());
    for (const [index, user] of ['register', 'announce', 'query', 'get', 'hello', 'zoe'].entries()) {
      const peer = scene.program(`192.168.2.${index + 1}`);
      await peer.ask(`register ${user} 5000`);
      await peer.ask(`announce get ${user}`);
    }
    const bob = scene.program('192.168.1.9');
    expect(await bob.ask('get resource_info get')).toBe('zoe 192.168.2.6 5000\n');
    expect((await bob.ask('query users')).split('\n')).toHaveLength(8);
  });

  it('is without names that have white space, and the log tells of each once', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    await native(brain, 'Ann Lee', 'a', { names: ['plain'] });
    await native(brain, 'carol', 'c', {
      names: ['two words', 'plain', 'x (Owner: Eve, IP: 10.6.6.6, TCP Port: 6666)'.replace(/:/g, '')],
    });
    const bob = scene.program('192.168.1.9');
    for (let time = 0; time < 2; time++) {
      expect(await bob.ask('query users')).toBe('Active users:\ncarol\n');
      expect(await bob.ask('query resources')).toBe(
        'Resources:\nplain (Owner: carol, IP: 192.168.1.50, TCP Port: 4000)\n',
      );
      expect(await bob.ask('get resource_info plain')).toBe('carol 192.168.1.50 4000\n');
    }
    expect(scene.warned.filter((line) => line.includes('left out'))).toHaveLength(3);
  });

  it('is said to be empty where nothing of it can be told', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    await native(brain, 'Ann Lee', 'a', { names: ['plain'] });
    const bob = scene.program('192.168.1.9');
    expect(await bob.ask('query users')).toBe('No active users.');
    expect(await bob.ask('query resources')).toBe('No resources available.');
    expect(await bob.ask('get resource_info plain')).toBe("Error: Resource 'plain' not found.");
  });

  it('goes on behind any number of names that it leaves out', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    const hidden = Array.from({ length: 450 }, (_, index) => `a ${index}`);
    await native(brain, 'alice', 'a', { names: [...hidden, 'zebra'] });
    expect(await scene.program('192.168.1.9').ask('query resources')).toBe(
      'Resources:\nzebra (Owner: alice, IP: 192.168.1.50, TCP Port: 4000)\n',
    );
  });

  it('tells a resource of two words to whoever asks for it by both', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    await native(brain, 'alice', 'a', { names: ['two words'] });
    expect(await scene.program('192.168.1.9').ask('get resource_info two words')).toBe('alice 192.168.1.50 4000\n');
  });

  it('has peers on IPv6 only for those who came by it', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    await native(brain, 'alice', 'a', { names: ['film'], remote: 'fd00::7' });
    const [four, six] = [scene.program('192.168.1.9'), scene.program('fd00::9')];
    expect(await four.ask('query resources')).toBe('No resources available.');
    expect(await four.ask('get resource_info film')).toBe("Error: Resource 'film' not found.");
    expect(await six.ask('get resource_info film')).toBe('alice fd00::7 4000\n');
  });

  it('shows nothing of what is shared with some users alone, whoever one says to be', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    const caller = await native(brain, 'alice', 'a');
    await brain.announce(caller, resource('secret', 'secret', { to: [userName('bob')] }));
    const bob = scene.program('192.168.1.9');
    await bob.ask('register bob 5000');
    expect(await bob.ask('query resources')).toBe('No resources available.');
    expect(await bob.ask('get resource_info secret')).toBe("Error: Resource 'secret' not found.");
  });
});
