import { expect, it } from 'vitest';
import { silentLog } from '../../../src/base/log.ts';
import { memoryNetwork } from '../../../src/net/transport/memory.ts';
import { type Dialects, openDialects } from '../../../src/server/classic/dialects.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { openRoll } from './hello/roll.ts';

const host = '10.0.0.1';

function open(enabled: Parameters<typeof openDialects>[0]['enabled']) {
  const clock = new FakeClock();
  const transport = memoryNetwork({ clock, random: Math.random }).at(host);
  const roll = openRoll(clock);
  const dialects: Dialects = openDialects({ enabled, tracker: roll.tracker, transport, clock, log: silentLog });
  const close = async (): Promise<void> => {
    await dialects[Symbol.asyncDispose]();
    roll[Symbol.dispose]();
  };
  return { dialects, transport, [Symbol.asyncDispose]: close };
}

it("has one port for hello where its own would be the tracker's", async () => {
  await using scene = open(['hello']);
  const tracker = await scene.transport.bind({ host, port: 12_345 }, () => {});
  expect(await scene.dialects.bindHello({ host, port: 12_345 }, tracker.at)).toEqual(tracker.at);
  expect(await scene.dialects.bindHello({ host, port: 12_346 }, tracker.at)).toEqual({ host, port: 12_346 });
});

it('opens no port for hello where that is not answered', async () => {
  await using scene = open(['fields']);
  expect(await scene.dialects.bindHello({ host, port: 12_345 }, { host, port: 12_345 })).toBeUndefined();
});

it('names the flag where the port is taken', async () => {
  await using scene = open(['hello']);
  await scene.transport.bind({ host, port: 12_345 }, () => {});
  const bound = scene.dialects.bindHello({ host, port: 12_345 }, { host, port: 7450 });
  await expect(bound).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(/^--hello-port 12345: /) });
});
