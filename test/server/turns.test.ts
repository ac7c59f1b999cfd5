import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTurns } from '../../src/server/turns.ts';
import { settle } from '../support/fakeClock.ts';

const never = (): AbortSignal => new AbortController().signal;

describe('turns', () => {
  it('are given in line, as others end theirs', async () => {
    const turns = createTurns({ total: 1, perKind: 1 });
    const began: string[] = [];
    const end = await turns.take('a', never());
    const second = turns.take('b', never()).then((done) => {
      began.push('b');
      return done;
    });
    void turns.take('c', never()).then(() => began.push('c'));
    await settle();
    expect(began).toEqual([]);
    end();
    await settle();
    expect(began).toEqual(['b']);
    (await second)();
    await settle();
    expect(began).toEqual(['b', 'c']);
  });

  it('of one kind do not block another kind', async () => {
    const turns = createTurns({ total: 3, perKind: 1 });
    await turns.take('a', never());
    void turns.take('a', never());
    await expect(turns.take('b', never())).resolves.toBeTypeOf('function');
  });

  it('go to a kind that has the fewest, however many of another came before', async () => {
    const turns = createTurns({ total: 4, perKind: 2 });
    const ends = await Promise.all(['a', 'a', 'b', 'b'].map((kind) => turns.take(kind, never())));
    const began: string[] = [];
    for (const kind of ['a', 'b', 'a', 'b', 'c', 'c', 'a']) void turns.take(kind, never()).then(() => began.push(kind));
    for (const end of ends) end();
    await settle();
    expect(began).toEqual(['c', 'a', 'b', 'c']);
  });

  it('are not waited for once the signal aborts', async () => {
    const turns = createTurns({ total: 1, perKind: 1 });
    const end = await turns.take('a', never());
    const stop = new AbortController();
    const given = turns.take('a', stop.signal);
    stop.abort(new Error('no longer'));
    await expect(given).rejects.toThrow('no longer');
    await expect(turns.take('a', stop.signal)).rejects.toThrow('no longer');
    end();
    await expect(turns.take('a', never())).resolves.toBeTypeOf('function');
  });

  it('are never more than the limits, and all are given in the end', async () => {
    const kinds = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        kinds,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        async (all, total, perKind) => {
          const turns = createTurns({ total, perKind });
          const now: string[] = [];
          const worked = all.map(async (kind) => {
            const end = await turns.take(kind, never());
            now.push(kind);
            expect(now.length).toBeLessThanOrEqual(total);
            expect(now.filter((one) => one === kind).length).toBeLessThanOrEqual(perKind);
            await new Promise((resolve) => setImmediate(resolve));
            now.splice(now.indexOf(kind), 1);
            end();
          });
          await Promise.all(worked);
          expect(now).toEqual([]);
        },
      ),
      { numRuns: 50 },
    );
  });
});
