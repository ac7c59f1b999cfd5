import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../support/random.ts';
import { type Deed, type Line, logAddress, OplogScene } from './support.ts';

/** Ways to fail of a server that takes calls one after the other, as long as it takes any. */
const orderly: Deed[] = ['hang', 'write-and-close', 'half-a-record', 'close'];
/** A server that takes later calls after one that it refused, or whose answers get lost. */
const anyhow: Deed[] = [...orderly, 'fail', 'system-error', 'garbage', 'other-xid', 'silence'];

type Step = { step: 'record'; names: number } | { step: 'wait'; ms: number } | { step: Trouble };
type Trouble = 'restart' | 'stop' | 'start' | 'sever' | 'cut' | 'mend';

const stories = (...troubles: Trouble[]): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ step: fc.constant('record' as const), names: fc.integer({ min: 1, max: 5 }) }),
      },
      {
        weight: 3,
        arbitrary: fc.record({ step: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 15_000 }) }),
      },
      { weight: 3, arbitrary: fc.record({ step: fc.constantFrom(...troubles) }) },
    ),
    { minLength: 5, maxLength: 25 },
  );

const anything = stories('restart', 'stop', 'start', 'sever', 'cut', 'mend');

/** Lives through all of it; then everything is well for a while. What was to be told, and what the server has. */
async function live(story: Step[], deeds: Deed[], seed: number): Promise<{ told: string[]; connections: Line[][] }> {
  using scene = new OplogScene();
  const { server, network, clock } = scene;
  const random = seededRandom(seed);
  const told: string[] = [];
  await server.start();
  server.deed = () => (random() < 0.8 ? 'answer' : (deeds[Math.floor(random() * deeds.length)] ?? 'answer'));
  let client = scene.startClient();
  const act = async (step: Step): Promise<void> => {
    switch (step.step) {
      case 'record': {
        const names = Array.from({ length: step.names }, (_, at) => `${told.length + at}`);
        told.push(...names);
        scene.record('', { parameters: { count: step.names, names } });
        return;
      }
      case 'wait':
        return clock.wind(step.ms);
      case 'restart':
        await scene.end(client);
        scene.reopen();
        client = scene.startClient();
        return;
      case 'stop':
        return server.stop();
      case 'start':
        await server.stop();
        return server.start();
      case 'sever':
        return network.sever(logAddress);
      case 'cut':
        return network.cut(logAddress);
      case 'mend':
        return network.mend(logAddress);
    }
  };
  for (const step of story) await act(step);
  network.mend(logAddress);
  await act({ step: 'start' });
  server.deed = () => 'answer';
  await clock.wind(60_000);
  await scene.end(client);
  return { told, connections: server.connections };
}

const namesOf = (lines: Line[]): number[] => lines.map(({ call }) => Number(call.parameter));

/** Each name where it stands last. */
const lastOf = (names: number[]): number[] => names.filter((name, at) => !names.includes(name, at + 1));

/** Lines of a server that knows calls again, and writes none twice. */
function known(lines: Line[]): Line[] {
  const seen = new Set<string>();
  return lines.filter((line) => {
    const before = seen.size;
    return seen.add(JSON.stringify(line)).size > before;
  });
}

describe('whatever the log server does', () => {
  it('it has the trail in order at the end, and nothing twice but from a reconnection on', async () => {
    await fc.assert(
      fc.asyncProperty(anything, fc.integer(), async (story, seed) => {
        const { told, connections } = await live(story, anyhow, seed);
        for (const names of connections.map(namesOf)) expect(names).toEqual([...new Set(names)].sort((a, b) => a - b));
        expect(lastOf(connections.flatMap(namesOf))).toEqual(told.map(Number));
      }),
      { numRuns: 60 },
    );
  });

  it('its memory of calls that are repeated never spoils the order, as long as its refusals are heard', async () => {
    await fc.assert(
      fc.asyncProperty(stories('restart'), fc.integer(), async (story, seed) => {
        const { told, connections } = await live(story, anyhow, seed);
        expect(lastOf(namesOf(known(connections.flat())))).toEqual(told.map(Number));
      }),
      { numRuns: 60 },
    );
  });

  it('it has every line once, where it remembers calls and takes them in their order as long as it takes any', async () => {
    await fc.assert(
      fc.asyncProperty(anything, fc.integer(), async (story, seed) => {
        const { told, connections } = await live(story, orderly, seed);
        expect(namesOf(known(connections.flat()))).toEqual(told.map(Number));
      }),
      { numRuns: 60 },
    );
  });
});
