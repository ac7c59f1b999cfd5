import { expect, it } from 'vitest';
import { createReadiness } from '../../src/server/readiness.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { recordingLog } from './support/brain.ts';

const counts = async () => ({ peers: 0, resources: 0, contents: 0 });
const check = async (): Promise<void> => {};

function scene(more: Partial<Parameters<typeof createReadiness>[0]> = {}) {
  const clock = new FakeClock();
  const { log, lines } = recordingLog();
  const ready = createReadiness({
    serves: () => true,
    accounts: { check },
    directory: { counts },
    clock,
    log,
    ...more,
  });
  return { clock, lines, ready };
}

it('is there where everything works, and leaves no timer', async () => {
  const { clock, lines, ready } = scene();
  expect(await ready()).toEqual({ tcp: true, udp: true, accounts: true, directory: true });
  expect([clock.waiting, lines]).toEqual([0, []]);
});

it('is not while names cannot be written, and the log says why', async () => {
  const full = async (): Promise<void> => {
    throw new Error('the disk is full');
  };
  const { lines, ready } = scene({ accounts: { check: full } });
  expect(await ready()).toMatchObject({ accounts: false, directory: true });
  expect(lines).toMatchObject([{ level: 'warn', fields: { what: 'accounts', error: 'the disk is full' } }]);
});

it('is not where the directory does not answer in a second', async () => {
  const { clock, ready } = scene({ directory: { counts: () => new Promise(() => {}) } });
  const found = ready();
  await clock.wind(1000);
  expect(await found).toMatchObject({ accounts: true, directory: false });
});

it('is not before the ports are open, or once they are closed', async () => {
  const { ready } = scene({ serves: () => false });
  expect(await ready()).toMatchObject({ tcp: false, udp: false });
});
