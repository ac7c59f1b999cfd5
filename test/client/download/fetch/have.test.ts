import { describe, expect, test } from 'vitest';
import { layoutOf, type PieceRun } from '../../../../src/base/layout.ts';
import { MiB } from '../../../../src/base/sizes.ts';
import { readHave } from '../../../../src/client/download/fetch/have.ts';
import { Source } from '../../../../src/client/download/fetch/source.ts';
import { settle } from '../../../support/fakeClock.ts';
import type { Knobs } from '../../../support/fakePeer.ts';
import { contentOf, drive, type Scene, scene } from '../scene.ts';
import { filling } from './filling.ts';

const content = contentOf(8 * MiB + 17);
const stream = { id: content.id, layout: layoutOf([content.size]) };
const pieces = Array.from({ length: 9 }, (_, piece) => piece);

/** What is told of an owner that has nothing, but says something first; then it shows each ten seconds that it lives. */
async function reading(s: Scene, have: Knobs['have']): Promise<{ told: PieceRun[][]; done: Promise<void> }> {
  const bob = await s.peer('Bob', [content], { has: new Set(), have });
  const stop = new AbortController();
  const source = new Source(bob.owner, { ...s.ports, signal: stop.signal, hasOther: () => true });
  const told: PieceRun[][] = [];
  const run = async (): Promise<void> => {
    await using _source = source;
    await readHave(source, stream, (runs) => void told.push([...runs]));
  };
  const done = run();
  done.catch(() => {
    // The test looks at it later.
  });
  await settle();
  return { told, done };
}

const all = '{"have":"0-8"}\n';
const one = '{"have":"3"}\n';
const none = '{"have":""}\n';

describe('what an owner says of its pieces', () => {
  test.each([
    ['each piece, and one 999 times more', 'is borne with', `${all}${one.repeat(999)}`],
    ['each piece, and one 1000 times more', 'is a fault', `${all}${one.repeat(1000)}`],
    ['all pieces 112 times', 'is borne with', all.repeat(112)],
    ['all pieces 113 times', 'is a fault', all.repeat(113)],
    ['1008 times that it lives', 'is borne with', none.repeat(1008)],
    ['1009 times that it lives', 'is a fault', none.repeat(1009)],
  ])('%s at once %s', async (_, end, have) => {
    await using s = await scene();
    const { done } = await reading(s, have);
    const ended = Promise.race([done, settle().then(() => 'goes on')]);
    if (end === 'is a fault') await expect(ended).rejects.toMatchObject({ name: 'OwnerFault', kind: 'bad' });
    else expect(await ended).toBe('goes on');
    s.network.kill('10.0.0.10');
  });

  test('may be every ten seconds for hours that it lives', async () => {
    await using s = await scene();
    const { told, done } = await reading(s, undefined);
    await s.clock.wind(4 * 3_600_000);
    expect(told).toHaveLength(1441);
    expect(await Promise.race([done, settle().then(() => 'goes on')])).toBe('goes on');
    s.network.kill('10.0.0.10');
    await expect(drive(s.clock, done)).rejects.toMatchObject({ kind: 'cut' });
  });

  test('without an end gets it banned, its answer closed, and harms no other', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { has: new Set(pieces), have: all.repeat(1000) });
    const sally = await s.peer('Sally', [content], { chunkMs: 500 });
    const carol = await s.peer('Carol', [content], { has: new Set([1, 2, 3]), chunkMs: 500 });
    const done = await filling(s, content, [bob, sally, carol]);
    expect(Buffer.from(done.target.bytes).equals(content.bytes)).toBe(true);
    expect([bob.requests.length, bob.connections, bob.open]).toEqual([1, 1, 0]);
    expect([...done.from.keys()].sort()).toEqual([`${carol.owner.address}:${carol.owner.port}`, 'Sally']);
    // Bob would have been asked again after a second.
    expect(s.clock.now()).toBeGreaterThan(5000);
  });
});
