import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import type { Download } from '../../../src/client/transfers/transfers.ts';
import { settle } from '../../support/fakeClock.ts';
import { type Scene, scene } from './scene.ts';

type Command =
  | { do: 'add'; number: number }
  | { do: 'pause' | 'resume' | 'cancel' | 'forget'; at: number }
  | { do: 'save' | 'fail' | 'progress'; at: number }
  | { do: 'allow'; slots: number }
  | { do: 'online' | 'offline' | 'restart' | 'silence' | 'slow' | 'prompt' }
  | { do: 'wind'; ms: number };

const at = fc.nat(5);
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add'), number: fc.nat(5) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('pause', 'resume', 'cancel', 'forget'), at }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('save', 'fail', 'progress'), at }) },
  fc.record({ do: fc.constant('allow'), slots: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constantFrom('online', 'offline', 'restart', 'silence', 'slow', 'prompt') }),
  fc.record({ do: fc.constant('wind'), ms: fc.nat(6000) }),
);

/** What a person may lose by no command but `forget`. */
interface Model {
  slots: number;
  /** Most that may go on now: those that were started under an earlier number of slots need time to stop. */
  most: number;
  ids: string[];
}

async function obey(s: Scene, model: Model, command: Command): Promise<void> {
  switch (command.do) {
    case 'add': {
      const added = await s.add(command.number).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'unreachable' });
      });
      if (added !== undefined && !model.ids.includes(added.id)) model.ids.push(added.id);
      return;
    }
    case 'pause':
    case 'resume':
    case 'cancel':
    case 'forget': {
      const id = model.ids[command.at];
      if (id === undefined) return;
      const refused = (error: unknown): void => expect(error).toMatchObject({ code: 'usage' });
      // It may take until somebody brings the fetch to its end.
      if (command.do === 'cancel') return void s.list.cancel(id).catch(refused);
      try {
        s.list[command.do](id);
        if (command.do === 'forget') model.ids.splice(command.at, 1);
      } catch (error) {
        refused(error);
      }
      return;
    }
    case 'save':
      return s.source.going[command.at]?.saved();
    case 'fail':
      return s.source.going[command.at]?.failed(new RollcallError('unfinished', 'no owner is left'));
    case 'progress':
      return s.source.going[command.at]?.progress(500);
    case 'allow':
      model.slots = command.slots;
      return s.list.allow(command.slots);
    case 'online':
    case 'offline':
      s.online = command.do === 'online';
      return s.list.sourceChanged();
    case 'silence':
      s.source.failures.push(new RollcallError('unreachable', 'the tracker does not answer'));
      return;
    case 'slow':
    case 'prompt':
      s.source.slowToStop = command.do === 'slow';
      return;
    case 'wind':
      return s.clock.wind(command.ms);
    case 'restart': {
      const restarted = s.restart(model.slots);
      const before = s.list.list();
      await s.clock.wind(5000);
      await restarted;
      expect(s.list.list().map(({ seconds, ...rest }) => rest)).toEqual(before.map(asKept));
      // What did not stop in time ends with its process.
      for (const fetch of s.source.going) await fetch.failed(new Error('ended'));
    }
  }
}

/** As the next start shows it. */
const asKept = ({ seconds, ...download }: Download): Omit<Download, 'seconds'> => ({
  ...download,
  state: download.state === 'running' || download.state === 'queued' ? 'paused' : download.state,
  rate: 0,
  secondsLeft: null,
  owners: [],
  waiting: null,
});

function check(s: Scene, model: Model): void {
  const { slots, ids } = model;
  model.most = Math.max(slots, Math.min(model.most, s.source.going.length));
  const list = s.list.list();
  expect(list.map(({ id }) => id)).toEqual(ids);
  expect(s.source.going.length).toBeLessThanOrEqual(model.most);
  const running = list.filter(({ state }) => state === 'running');
  expect(running.length).toBeLessThanOrEqual(slots);
  expect(running).toHaveLength(s.source.going.filter(({ how }) => !how.signal.aborted).length);
  for (const { state, path, error, endedAt } of list) {
    expect([path !== null, error !== null]).toEqual([state === 'done', state === 'failed']);
    expect(endedAt !== null).toBe(state === 'done' || state === 'failed' || state === 'cancelled');
  }
  // Each was told as it is now.
  for (const { id, state } of list) {
    const told = s.events.findLast((event) => event.event === 'download' && event.download.id === id);
    if (told?.event === 'download') expect(told.download.state).toBe(state);
  }
}

test('whatever is done, no more run than may, none is lost, none waits for a free place, and the next start has all', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (commands) => {
      await using s = await scene(2);
      const model: Model = { slots: 2, most: 2, ids: [] };
      for (const one of commands) {
        await obey(s, model, one);
        await settle();
        check(s, model);
      }
      for (const fetch of s.source.going) if (fetch.how.signal.aborted) await fetch.failed(new Error('stopped'));
      // Once the tracker is there and answers, nothing waits while there is a place.
      s.source.failures.length = 0;
      s.online = true;
      s.list.sourceChanged();
      await settle();
      check(s, model);
      if (s.states().includes('queued')) expect(s.source.going).toHaveLength(model.slots);
    }),
    { numRuns: 150 },
  );
}, 60_000);
