import { expect, test } from 'vitest';
import { FlowTime } from '../../../../src/client/download/fetch/flowTime.ts';
import { FakeClock } from '../../../support/fakeClock.ts';

test('flow time stands still while anybody holds a flow, and goes on where it stood', async () => {
  const clock = new FakeClock();
  const flow = new FlowTime(clock);
  await clock.wind(100);
  flow.hold();
  await clock.wind(50);
  flow.hold();
  await clock.wind(50);
  flow.goOn();
  await clock.wind(50);
  expect(flow.now()).toBe(100);
  flow.goOn();
  await clock.wind(30);
  expect(flow.now()).toBe(130);
  flow.hold();
  await clock.wind(70);
  flow.goOn();
  expect(flow.now()).toBe(130);
});
