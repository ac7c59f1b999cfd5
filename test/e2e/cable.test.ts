import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lan, lanTrouble, openLan } from '../support/lan.ts';
import { rollcall, type Started, start, temporaryFolder } from './program.ts';

const trouble = lanTrouble();
if (trouble !== undefined) console.warn(`the cable is not pulled: ${trouble}`);

describe.runIf(trouble === undefined)('a peer whose cable is pulled', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  const started: Started[] = [];
  let lan: Lan;
  const on = (machine: string, ...args: string[]): Started => {
    const process = start(args, {}, lan.host(machine).on);
    started.push(process);
    return process;
  };
  const who = async (): Promise<unknown[]> => {
    const { address, on } = lan.host('tracker');
    return (await rollcall(['who', '--server', address, '--home', at('guest'), '--json'], {}, on)).lines;
  };

  beforeAll(async () => {
    lan = openLan([{ name: 'tracker' }, { name: 'peer' }]);
    const { address } = lan.host('tracker');
    writeFileSync(at('note.txt'), 'a note');
    await on('tracker', 'server', '--data', at('tracker'), '--json').line((line) => line['event'] === 'ready');
    await on(
      'peer',
      ...['share', at('note.txt'), '--user', 'Bob', '--server', address, '--home', at('bob'), '--json'],
    ).line((line) => line['event'] === 'announced');
  });

  afterAll(async () => {
    await Promise.all(started.map((process) => process[Symbol.asyncDispose]()));
    lan[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  it('is listed for 11 s, gone within 12.5 s of its last sign of life, and back by itself', {
    timeout: 90_000,
  }, async () => {
    const peer = lan.host('peer');
    expect(await who()).toMatchObject([{ user: 'Bob', address: peer.address, state: 'alive', udp: 'ok' }]);
    peer.pull();
    const pulled = performance.now();
    let listed = 0;
    while ((await who()).length > 0) {
      listed = performance.now() - pulled;
      expect(listed).toBeLessThan(13_500);
    }
    /** The last heartbeat may be one interval older than the pulling. */
    expect(listed).toBeGreaterThan(8500);
    peer.plug();
    const mended = performance.now();
    while ((await who()).length === 0) expect(performance.now() - mended).toBeLessThan(45_000);
  });
});
