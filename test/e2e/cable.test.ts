import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rollcall, type Started, start, temporaryFolder } from './program.ts';

/** Two machines: network namespaces with a cable between them. Needs Linux, root and iproute2. */
const [tracker, peer] = [`rollcall-t${process.pid}`, `rollcall-p${process.pid}`];
const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8', stdio: 'pipe' });

function allowed(): boolean {
  try {
    ip('netns', 'add', tracker);
    ip('netns', 'add', peer);
    return true;
  } catch {
    return false;
  }
}

const possible = allowed();
if (!possible) console.warn('the cable is not pulled: this machine allows no network namespaces');

describe.runIf(possible)('a peer whose cable is pulled', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  const started: Started[] = [];
  const on = (machine: string, ...args: string[]): Started => {
    const process = start(args, {}, ['ip', 'netns', 'exec', machine]);
    started.push(process);
    return process;
  };
  const who = async (): Promise<unknown[]> =>
    (
      await rollcall(['who', '--server', '10.77.0.1', '--home', at('guest'), '--json'], {}, [
        'ip',
        'netns',
        'exec',
        tracker,
      ])
    ).lines;

  beforeAll(async () => {
    ip('link', 'add', 'eth0', 'netns', tracker, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', peer);
    for (const [machine, address] of [
      [tracker, '10.77.0.1/24'],
      [peer, '10.77.0.2/24'],
    ] as const) {
      ip('-n', machine, 'addr', 'add', address, 'dev', 'eth0');
      for (const device of ['eth0', 'lo']) ip('-n', machine, 'link', 'set', device, 'up');
    }
    writeFileSync(at('note.txt'), 'a note');
    await on(tracker, 'server', '--data', at('tracker'), '--json').line((line) => line['event'] === 'ready');
    await on(
      peer,
      ...['share', at('note.txt'), '--user', 'Bob', '--server', '10.77.0.1', '--home', at('bob'), '--json'],
    ).line((line) => line['event'] === 'announced');
  });

  afterAll(async () => {
    await Promise.all(started.map((process) => process[Symbol.asyncDispose]()));
    ip('netns', 'del', tracker);
    ip('netns', 'del', peer);
    folder[Symbol.dispose]();
  });

  it('is listed for 11 s, gone within 12.5 s of its last sign of life, and back by itself', {
    timeout: 90_000,
  }, async () => {
    expect(await who()).toMatchObject([{ user: 'Bob', address: '10.77.0.2', state: 'alive', udp: 'ok' }]);
    ip('-n', peer, 'link', 'set', 'eth0', 'down');
    const pulled = performance.now();
    let listed = 0;
    while ((await who()).length > 0) {
      listed = performance.now() - pulled;
      expect(listed).toBeLessThan(13_500);
    }
    /** The last heartbeat may be one interval older than the pulling. */
    expect(listed).toBeGreaterThan(8500);
    ip('-n', peer, 'link', 'set', 'eth0', 'up');
    const mended = performance.now();
    while ((await who()).length === 0) expect(performance.now() - mended).toBeLessThan(45_000);
  });
});
