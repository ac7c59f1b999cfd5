import { describe, expect, test } from 'vitest';
import { MiB } from '../../../../src/base/sizes.ts';
import { announcedLength } from '../../../../src/client/download/fetch/answers.ts';
import { Source } from '../../../../src/client/download/fetch/source.ts';
import { peerPath } from '../../../../src/net/wire/peer.ts';
import { settle } from '../../../support/fakeClock.ts';
import { contentOf, type Scene, scene } from '../scene.ts';

const content = contentOf(3 * MiB);
const path = peerPath(content.id, 'content');

const sourceOf = (s: Scene, owner: Source['owner'], hasOther = false): Source =>
  new Source(owner, { ...s.ports, signal: new AbortController().signal, hasOther: () => hasOther });

/** Winds the clock until `promise` settles; says how it ended. */
async function outcome(s: Scene, promise: Promise<unknown>, seconds: number): Promise<unknown> {
  let end: unknown = 'not yet';
  promise.then(
    () => {
      end = 'done';
    },
    (error: unknown) => {
      end = error;
    },
  );
  await settle();
  for (let second = 0; second < seconds && end === 'not yet'; second++) await s.clock.wind(1000);
  return end;
}

describe('a source', () => {
  test('opens a connection anew where the owner has closed it while nothing went on', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    await using source = sourceOf(s, bob.owner);
    await source.read(await source.get(path), () => {});
    s.network.sever(bob.owner.address);
    await source.read(await source.get(path), () => {});
    expect(bob.connections).toBe(2);
  });

  test('sends the ticket', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { ticket: 'ticket' });
    await using source = sourceOf(s, bob.owner);
    expect((await source.get(path)).status).toBe(200);
  });

  test('holds nothing against an owner while we hold the flow ourselves', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    await using source = sourceOf(s, bob.owner, true);
    const answer = await source.get(path);
    let letGo = (): void => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const read = source.read(answer, () => held);
    expect(await outcome(s, read, 100)).toBe('not yet');
    letGo();
    expect(await outcome(s, read, 100)).toBe('done');
  });

  test.each([
    // The thirtieth chunk comes after the look at 30 s: 29 of them are some bytes less or more than 30 KiB.
    [1059, true, 'slow'],
    [1060, true, 'not yet'],
    [1059, false, 'not yet'],
  ])(
    'that sends %i bytes a second, with another there: %s, is %s after half a minute',
    async (chunkBytes, hasOther, end) => {
      await using s = await scene();
      const bob = await s.peer('Bob', [content], { chunkBytes, chunkMs: 1000 });
      await using source = sourceOf(s, bob.owner, hasOther);
      const answer = await source.get(path);
      const ended = await outcome(
        s,
        source.read(answer, () => {}),
        31,
      );
      if (end === 'slow') expect(ended).toMatchObject({ kind: 'slow' });
      else expect(ended).toBe(end);
    },
  );

  test('that tells in drips why it refuses is given up after 15 s, and the refusal stands', async () => {
    await using s = await scene();
    const small = contentOf(1000);
    const bob = await s.peer('Bob', [small], { chunkBytes: 1, chunkMs: 900 });
    await using source = sourceOf(s, bob.owner);
    const refused = announcedLength(source, await source.get(peerPath(small.id, 'content')), 206);
    expect(await outcome(s, refused, 14)).toBe('not yet');
    expect(await outcome(s, refused, 1)).toMatchObject({ kind: 'failed', message: '200' });
  });

  test('hands an error of its sink on as it is', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    await using source = sourceOf(s, bob.owner);
    const ours = new Error('the disk is full');
    const answer = await source.get(path);
    const failed = source.read(answer, () => {
      throw ours;
    });
    await expect(failed).rejects.toBe(ours);
  });

  test('leaves no timer and no connection behind', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    {
      await using source = sourceOf(s, bob.owner);
      await source.read(await source.get(path), () => {});
    }
    expect(s.clock.waiting).toBe(0);
  });
});
